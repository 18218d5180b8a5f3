// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.MultiplicativeLR.
#include "optim/epoch_function.hpp"
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class MultiplicativeLr final : public LrScheduler {
 public:
  static constexpr std::string_view kName = "MultiplicativeLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.MultiplicativeLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kChainable;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Multiplies the present learning rate by a function of the epoch.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma_{e-1}\,f(e) && e \ge 1
\end{aligned})");

  using Options = EpochFunction::Options;

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        EpochFunction::field(STEPLAB_TEXT(
            "f: what the present learning rate is multiplied by, as a formula of epoch.")),
    };
    return kFields;
  }

  static Status check(const Options& options, const Optimizer&) {
    return EpochFunction::check(options);
  }

  MultiplicativeLr(Optimizer& optimizer, const Options& options)
      : LrScheduler(optimizer), factor_(options) {}

 private:
  Status next_lrs(std::vector<double>& lrs) override {
    if (is_initial()) {
      append_present(lrs);
      return {};
    }
    if (base_lrs().size() < optimizer().group_count()) return lrs_outnumbered();
    const Result<double> factor = factor_.at(epoch());
    if (!factor) return factor.error();
    append_present(lrs, *factor);
    return {};
  }

  EpochFunction factor_;
};

}  // namespace

SchedulerInfo multiplicative_lr_info() { return describe_scheduler<MultiplicativeLr>(); }

}  // namespace steplab
