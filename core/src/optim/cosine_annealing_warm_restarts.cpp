// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
#include <cmath>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class CosineAnnealingWarmRestarts final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "CosineAnnealingWarmRestarts";
  static constexpr std::string_view kPytorchClass =
      "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts";
  static constexpr SchedulerKind kKind = SchedulerKind::kClosedForm;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Lowers the learning rate along half a cosine and then starts again at the top, each time "
      "after a longer while.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_{\min} + \tfrac12 (\gamma_0 - \gamma_{\min}) \bigl(1 + \cos(\pi\,T_{\mathrm{cur}}/T_i)\bigr)
  && T_{i+1} = T_{\mathrm{mult}}\,T_i
\end{aligned})");

  struct Options {
    double T_0 = 0.0;
    double T_mult = 1.0;
    double eta_min = 0.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(T_0),
         STEPLAB_TEXT("T_0"),
         1.0,
         1000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("T₀: the number of epochs to the first restart."),
         {},
         false,
         true},
        {STEPLAB_HYPER(T_mult), STEPLAB_TEXT("T_{\\mathrm{mult}}"), 1.0, 4.0, HyperScale::kLinear,
         STEPLAB_TEXT("How many times longer each period is than the one before.")},
        {STEPLAB_HYPER(eta_min), STEPLAB_TEXT("\\gamma_{\\min}"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("The learning rate that each period heads for and never reaches.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    if (options.T_0 <= 0.0 || !rules::is_whole(options.T_0)) {
      return invalid_hyper(
          "T_0", "Expected positive integer T_0, but got " + rules::as_integer(options.T_0));
    }
    if (options.T_mult < 1.0 || !rules::is_whole(options.T_mult)) {
      return invalid_hyper(
          "T_mult", "Expected integer T_mult >= 1, but got " + rules::as_integer(options.T_mult));
    }
    return {};
  }

  CosineAnnealingWarmRestarts(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options), period_(options.T_0) {}

  // PyTorch's overrides LRScheduler's step(): it neither warns nor counts.
  Status step(std::optional<double>) override {
    if (last_epoch() < 0) {
      set_last_epoch(0);
      period_ = options_.T_0;
      current_ = 0.0;
    } else {
      set_last_epoch(last_epoch() + 1);
      current_ += 1.0;
      if (current_ >= period_) {
        current_ = std::fmod(current_, period_);
        period_ *= options_.T_mult;
      }
    }
    return write(next_lrs(room_for_lrs()));
  }

  void archive(Archive& archive) override {
    LrScheduler::archive(archive);
    archive.value(period_);
    archive.value(current_);
  }

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    for (const double base_lr : base_lrs()) {
      lrs.push_back(options_.eta_min + (base_lr - options_.eta_min) *
                                           (1.0 + exact_cos(kPi * current_ / period_)) / 2.0);
    }
    return {};
  }

  Options options_;
  double period_;          // T_i
  double current_ = -1.0;  // T_cur
};

}  // namespace

SchedulerInfo cosine_annealing_warm_restarts_info() {
  return describe_scheduler<CosineAnnealingWarmRestarts>();
}

}  // namespace steplab
