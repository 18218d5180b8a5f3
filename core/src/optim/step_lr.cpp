// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.StepLR.
#include <cmath>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class StepLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "StepLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.StepLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the learning rate by gamma every step_size epochs.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \begin{cases} g\,\gamma_{e-1} & e \bmod s = 0 \\ \gamma_{e-1} & \text{otherwise} \end{cases}
\end{aligned})");

  struct Options {
    double step_size = 0.0;
    double gamma = 0.1;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(step_size),
         STEPLAB_TEXT("s"),
         1.0,
         1000.0,
         HyperScale::kLogarithmic,
         STEPLAB_TEXT("s: the number of epochs between two drops."),
         {},
         false,
         true},
        {STEPLAB_HYPER(gamma), STEPLAB_TEXT("g"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("g: what the learning rate is multiplied by.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return rules::whole_number("step_size", options.step_size);
  }

  StepLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    if (last_epoch() == 0) {
      append_present(lrs);
      return {};
    }
    if (options_.step_size == 0.0) return zero_division("step_size", "integer modulo by zero");
    const bool drops = std::fmod(epoch(), options_.step_size) == 0.0;
    append_present(lrs, drops ? options_.gamma : 1.0);
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    if (options_.step_size == 0.0) {
      return zero_division("step_size", "integer division or modulo by zero");
    }
    append_base(lrs);
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo step_lr_info() { return describe_scheduler<StepLr>(); }

}  // namespace steplab
