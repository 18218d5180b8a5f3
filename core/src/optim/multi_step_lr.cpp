// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.MultiStepLR.
#include <algorithm>

#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"
#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

class MultiStepLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "MultiStepLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.MultiStepLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the learning rate by gamma at every milestone.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= g^{n_e}\,\gamma_{e-1} && n_e: \text{how often } e \text{ is among the milestones}
\end{aligned})");

  struct Options {
    std::vector<double> milestones;
    double gamma = 0.1;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(milestones),
         {},
         0.0,
         1000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("The epochs at which the learning rate drops; one that is named twice drops "
                      "it twice."),
         {},
         false,
         true},
        {STEPLAB_HYPER(gamma), STEPLAB_TEXT("g"), 0.0, 1.0, HyperScale::kLinear,
         STEPLAB_TEXT("g: what the learning rate is multiplied by.")},
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return rules::whole_numbers("milestones", options.milestones);
  }

  MultiStepLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), options_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const auto count = std::count(options_.milestones.begin(), options_.milestones.end(), epoch());
    append_present(lrs, exact_pow(options_.gamma, static_cast<double>(count)));
    return {};
  }

  Status first_lrs(std::vector<double>& lrs) override {
    const auto passed = std::count_if(options_.milestones.begin(), options_.milestones.end(),
                                      [](double milestone) { return milestone <= 0.0; });
    append_base(lrs, exact_pow(options_.gamma, static_cast<double>(passed)));
    return {};
  }

  Options options_;
};

}  // namespace

SchedulerInfo multi_step_lr_info() { return describe_scheduler<MultiStepLr>(); }

}  // namespace steplab
