// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.LambdaLR.
#include "optim/epoch_function.hpp"
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class LambdaLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "LambdaLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.LambdaLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kClosedForm;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the initial learning rate by a function of the epoch.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_0\,f(e)
\end{aligned})");

  using Options = EpochFunction::Options;

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        EpochFunction::field(STEPLAB_TEXT(
            "f: what the initial learning rate is multiplied by, as a formula of epoch.")),
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return EpochFunction::check(options);
  }

  LambdaLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), factor_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    const Result<double> factor = factor_.at(epoch());
    if (!factor) return factor.error();
    append_base(lrs, *factor);
    return {};
  }

  EpochFunction factor_;
};

}  // namespace

SchedulerInfo lambda_lr_info() { return describe_scheduler<LambdaLr>(); }

}  // namespace steplab
