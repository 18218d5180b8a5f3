// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.ChainedScheduler.
#include "optim/composite_scheduler.hpp"
#include "optim/lr_scheduler.hpp"

namespace steplab {
namespace {

class ChainedScheduler final : public CompositeScheduler {
 public:
  static constexpr std::string_view kName = "ChainedScheduler";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.ChainedScheduler";
  static constexpr SchedulerKind kKind = SchedulerKind::kComposite;
  static constexpr std::string_view kSummary = STEPLAB_TEXT(
      "Steps several schedulers one after the other, each on what the one before has made of the "
      "learning rate.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \bigl(s_k \circ \dots \circ s_1\bigr)(\gamma_{e-1})
\end{aligned})");

  struct Options {};

  static std::span<const HyperField> hyper_fields() { return {}; }

  static Status check(const Options&, const Schedulers& members) {
    return check_members(kName, "at least one scheduler to be chained", members);
  }

  ChainedScheduler(Optimizer&, const Options&, Schedulers members)
      : CompositeScheduler(std::move(members)) {}

  // The members have performed their initial steps.
  static Status begin() { return {}; }

  Status step(std::optional<double>) override {
    for (const auto& member : members()) {
      if (Status status = member->step(); !status) return status;
    }
    return {};
  }

  // PyTorch's has none; its members count the same.
  std::int64_t last_epoch() const override { return members().front()->last_epoch(); }
};

}  // namespace

SchedulerInfo chained_scheduler_info() { return describe_scheduler<ChainedScheduler>(); }

}  // namespace steplab
