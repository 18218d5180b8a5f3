// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.CosineAnnealingLR.
#include <cmath>

#include "optim/rules.hpp"
#include "optim/scheduler_of.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

struct CosineAnnealingLr {
  static constexpr std::string_view kName = "CosineAnnealingLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.CosineAnnealingLR";
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Lowers the learning rate along half a cosine in T_max epochs, and then raises it again.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_{\min} + (\gamma_{e-1} - \gamma_{\min})\,
  \frac{1 + \cos(\pi e/T)}{1 + \cos(\pi (e-1)/T)}
\end{aligned})");

  struct Options {
    std::optional<double> T_max;
    double eta_min = 0.0;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(T_max), STEPLAB_TEXT("T"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("T: the number of epochs from the highest learning rate to the lowest.")},
        {STEPLAB_HYPER(eta_min), STEPLAB_TEXT("\\gamma_{\\min}"), 0.0, 0.1, HyperScale::kLinear,
         STEPLAB_TEXT("The lowest learning rate.")},
    };
    return kFields;
  }

  static Status validate(const Options& options) {
    return rules::whole_number(kName, "T_max", options.T_max);
  }

  static Result<double> next_lr(const Options& options, const SchedulePoint& point) {
    const double period = *options.T_max;
    const double eta_min = options.eta_min;
    if (period == 0.0) {
      return invalid_hyper("T_max", "ZeroDivisionError: integer modulo by zero");
    }
    // One past the lowest point the quotient below would divide by zero.
    if (std::fmod(point.epoch - 1.0 - period, 2.0 * period) == 0.0) {
      if (!point.base_lr) {
        return invalid_hyper("T_max", "zip() argument 2 is longer than argument 1");
      }
      return point.lr + (*point.base_lr - eta_min) * (1.0 - exact_cos(kPi / period)) / 2.0;
    }
    return (1.0 + exact_cos(kPi * point.epoch / period)) /
               (1.0 + exact_cos(kPi * (point.epoch - 1.0) / period)) * (point.lr - eta_min) +
           eta_min;
  }
};

}  // namespace

SchedulerInfo cosine_annealing_lr_info() { return describe_scheduler<CosineAnnealingLr>(); }

}  // namespace steplab
