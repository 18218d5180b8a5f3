// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.StepLR.
#include <cmath>

#include "optim/rules.hpp"
#include "optim/scheduler_of.hpp"

namespace steplab {
namespace {

struct StepLr {
  static constexpr std::string_view kName = "StepLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.StepLR";
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the learning rate by gamma every step_size epochs.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \begin{cases} g\,\gamma_{e-1} & e \bmod s = 0 \\ \gamma_{e-1} & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    std::optional<double> step_size;
    double gamma = 0.1;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(step_size), STEPLAB_TEXT("s"), 1.0, 1000.0, HyperScale::kLogarithmic,
         STEPLAB_TEXT("s: the number of epochs between two drops.")},
        {STEPLAB_HYPER(gamma), STEPLAB_TEXT("g"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("g: what the learning rate is multiplied by.")},
    };
    return kFields;
  }

  static Status validate(const Options& options) {
    return rules::whole_number(kName, "step_size", options.step_size);
  }

  static Result<double> next_lr(const Options& options, const SchedulePoint& point) {
    if (*options.step_size == 0.0) {
      return invalid_hyper("step_size", "ZeroDivisionError: integer modulo by zero");
    }
    const bool drops = std::fmod(point.epoch, *options.step_size) == 0.0;
    return drops ? point.lr * options.gamma : point.lr;
  }
};

}  // namespace

SchedulerInfo step_lr_info() { return describe_scheduler<StepLr>(); }

}  // namespace steplab
