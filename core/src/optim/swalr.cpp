// SPDX-License-Identifier: MIT
// torch.optim.swa_utils.SWALR.
#include <algorithm>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class SwaLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "SWALR";
  static constexpr std::string_view kPytorchClass = "torch.optim.swa_utils.SWALR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Leads the learning rate over to the constant one with which weights are averaged.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \alpha_e\,\gamma_{\mathrm{swa}} + (1 - \alpha_e)\,
  \frac{\gamma_{e-1} - \alpha_{e-1}\,\gamma_{\mathrm{swa}}}{1 - \alpha_{e-1}}, \qquad
\alpha_e = \tfrac12 \bigl(1 - \cos(\pi \min(1, e/n))\bigr)
\end{aligned})");

  struct Options {
    GroupNumbers swa_lr;
    double anneal_epochs = 10.0;
    HyperName anneal_strategy{"cos"};
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(swa_lr),
         STEPLAB_TEXT("\\gamma_{\\mathrm{swa}}"),
         1e-5,
         1.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("The learning rate to end with."),
         {},
         false,
         true},
        {STEPLAB_HYPER(anneal_epochs), STEPLAB_TEXT("n"), 0.0, 1000.0, HyperScale::kLinear,
         STEPLAB_TEXT("n: the number of epochs on the way.")},
        {STEPLAB_HYPER(anneal_strategy), STEPLAB_TEXT("\\alpha_e"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("Along half a cosine, or in a straight line."), "cos linear"},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer& optimizer) {
    const std::size_t groups = optimizer.group_count();
    if (Status status = rules::one_per_group("swa_lr", options.swa_lr, groups); !status) {
      return status;
    }
    if (Status status = rules::anneal_strategy(options.anneal_strategy.text()); !status) {
      return status;
    }
    if (rules::is_whole(options.anneal_epochs) && options.anneal_epochs >= 0.0) return {};
    return invalid_hyper("anneal_epochs", "anneal_epochs must be equal or greater than 0, got " +
                                              rules::as_integer(options.anneal_epochs));
  }

  SwaLr(Optimizer& optimizer, const Options& options) : LrScheduler(optimizer), options_(options) {}

  Status begin() override {
    for (std::size_t group = 0; group < optimizer().group_count(); ++group) {
      optimizer().set_group_entry(group, "swa_lr", options_.swa_lr.of(group));
    }
    return LrScheduler::begin();
  }

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    double steps = static_cast<double>(step_count() - 1);
    if (options_.anneal_epochs == 0.0) steps = std::max(1.0, steps);
    const double before = alpha(steps - 1.0);
    const double now = alpha(steps);
    for (std::size_t group = 0; group < optimizer().group_count(); ++group) {
      const std::optional<double> swa_lr = optimizer().group_entry(group, "swa_lr");
      if (!swa_lr) return key_error("swa_lr");
      // What the learning rate would be if it had not been led anywhere yet.
      const double origin =
          before == 1.0 ? *swa_lr : (optimizer().lr(group) - before * *swa_lr) / (1.0 - before);
      lrs.push_back(*swa_lr * now + origin * (1.0 - now));
    }
    return {};
  }

  // How far the way is gone, from 0 to 1.
  double alpha(double steps) const {
    const double way = std::clamp(steps / std::max(1.0, options_.anneal_epochs), 0.0, 1.0);
    if (options_.anneal_strategy.text() == "linear") return way;
    return (1.0 - exact_cos(kPi * way)) / 2.0;
  }

  Options options_;
};

}  // namespace

SchedulerInfo swalr_info() { return describe_scheduler<SwaLr>(); }

}  // namespace steplab
