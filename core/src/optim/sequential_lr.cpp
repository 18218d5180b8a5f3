// SPDX-License-Identifier: MIT
// torch.optim.lr_scheduler.SequentialLR.
#include "optim/composite_scheduler.hpp"
#include "optim/lr_scheduler.hpp"
#include "optim/rules.hpp"

namespace steplab {
namespace {

class SequentialLr final : public CompositeScheduler {
 public:
  static constexpr std::string_view kName = "SequentialLR";
  static constexpr std::string_view kPytorchClass = "torch.optim.lr_scheduler.SequentialLR";
  static constexpr SchedulerKind kKind = SchedulerKind::kComposite;
  static constexpr std::string_view kSummary =
      STEPLAB_TEXT("Lets schedulers take turns: the next one takes over at each milestone.");
  static constexpr std::string_view kFormula = STEPLAB_TEXT(R"(\begin{aligned}
\gamma_e &= \gamma^{(i)}_{e - m_i} && m_i \le e < m_{i+1}
\end{aligned})");

  struct Options {
    std::vector<double> milestones;
  };

  static std::span<const HyperField> hyper_fields() {
    static constexpr HyperField kFields[] = {
        {STEPLAB_HYPER(milestones),
         STEPLAB_TEXT("m_i"),
         0.0,
         1000.0,
         HyperScale::kLinear,
         STEPLAB_TEXT("The epochs at which the next scheduler takes over."),
         {},
         false,
         true},
    };
    return kFields;
  }

  static Status check(const Options& options, const Schedulers& members) {
    if (Status status = check_members(kName, "at least one scheduler", members); !status) {
      return status;
    }
    if (options.milestones.size() != members.size() - 1) {
      return invalid_hyper(
          "milestones",
          "Sequential Schedulers expects number of schedulers provided to be one more than the "
          "number of milestone points, but got number of schedulers " +
              std::to_string(members.size()) + " and the number of milestones to be equal to " +
              std::to_string(options.milestones.size()));
    }
    return rules::whole_numbers("milestones", options.milestones);
  }

  SequentialLr(Optimizer& optimizer, const Options& options, Schedulers members)
      : CompositeScheduler(std::move(members)),
        optimizer_(optimizer),
        milestones_(options.milestones) {}

  // The members have performed their initial steps, and each has written its learning rate; all of
  // that is taken back but for the one whose turn it is.
  Status begin() {
    for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
      optimizer_.set_lr(group, optimizer_.initial_lr(group));
    }
    undo_step();
    return members()[turn(0.0)]->initial_step();
  }

  Status step(std::optional<double>) override {
    ++last_epoch_;
    const auto epoch = static_cast<double>(last_epoch_);
    const std::size_t index = turn(epoch);
    const bool begins = index > 0 && milestones_[index - 1] == epoch;
    return begins ? members()[index]->start_over() : members()[index]->step();
  }

  std::int64_t last_epoch() const override { return last_epoch_; }

  void archive(Archive& archive) override {
    CompositeScheduler::archive(archive);
    archive.value(last_epoch_);
  }

 private:
  // Python's bisect_right, also where the milestones are out of order.
  std::size_t turn(double epoch) const {
    std::size_t low = 0;
    std::size_t high = milestones_.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (epoch < milestones_[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  Optimizer& optimizer_;
  std::vector<double> milestones_;
  std::int64_t last_epoch_ = 0;
};

}  // namespace

SchedulerInfo sequential_lr_info() { return describe_scheduler<SequentialLr>(); }

}  // namespace steplab
