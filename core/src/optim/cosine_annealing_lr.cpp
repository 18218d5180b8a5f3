// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.CosineAnnealingLR.
#include <cmath>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class CosineAnnealingLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "CosineAnnealingLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.CosineAnnealingLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Lowers the learning rate along half a cosine in T_max epochs, and then raises it again.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_{\min} + (\gamma_{e-1} - \gamma_{\min})\,
  \frac{1 + \cos(\pi e/T)}{1 + \cos(\pi (e-1)/T)}
\end{aligned})");

  struct Options {
    double T_max = 0.0;
    double eta_min = 0.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(T_max),
         STEPLAB_TEXT("T"),
         1.0,
         1000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("T: the number of epochs from the highest learning rate to the lowest."),
         {},
         false,
         true},
        {STEPLAB_HYPER(eta_min), STEPLAB_TEXT("\\gamma_{\\min}"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("The lowest learning rate.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return rules::whole_number("T_max", options.T_max);
  }

  CosineAnnealingLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const double period = options_.T_max;
    const double eta_min = options_.eta_min;
    if (is_initial()) {
      append_present(lrs);
      return {};
    }
    if (period == 0.0) return zero_division("T_max", "integer modulo by zero");
    // One past the lowest point the quotient below would divide by zero.
    if (std::fmod(epoch() - 1.0 - period, 2.0 * period) == 0.0) {
      if (base_lrs().size() < optimizer().group_count()) return lrs_outnumbered();
      for (std::size_t group = 0; group < base_lrs().size(); ++group) {
        lrs.push_back(optimizer().lr(group) +
                      (base_lrs()[group] - eta_min) * (1.0 - exact_cos(kPi / period)) / 2.0);
      }
      return {};
    }
    const double ratio = (1.0 + exact_cos(kPi * epoch() / period)) /
                         (1.0 + exact_cos(kPi * (epoch() - 1.0) / period));
    for (std::size_t group = 0; group < optimizer().group_count(); ++group) {
      lrs.push_back(ratio * (optimizer().lr(group) - eta_min) + eta_min);
    }
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    if (options_.T_max == 0.0) return zero_division("T_max", "float division by zero");
    for (const double base_lr : base_lrs()) {
      lrs.push_back(options_.eta_min + (base_lr - options_.eta_min) * 2.0 / 2.0);
    }
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo cosine_annealing_lr_info() { return describe_scheduler<CosineAnnealingLr>(); }

}  // namespace steplab
