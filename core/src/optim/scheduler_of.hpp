// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "optim/hyper_table.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/registry.hpp"
#include "steplab/optim/scheduler.hpp"

namespace steplab {

/// What a scheduler knows of a group when it computes the group's next learning rate.
struct SchedulePoint {
  double epoch;  ///< last_epoch after the increment, 1 at the first step()
  double lr;     ///< the group's current learning rate
  /// Its initial_lr; none for a group added after the scheduler was built.
  std::optional<double> base_lr;
};

/// Everything that chainable schedulers have in common: they compute each group's learning rate
/// from the current one, so that several can be stacked. A `Rule` is what one of them adds:
///
///     kName, kSummary, kPytorchClass, kFormula   what SchedulerInfo says
///     Options, hyper_fields()                    as for optimizers
///     validate(options)                          required arguments and the constructor's errors
///     next_lr(options, point)                    a group's new learning rate, or what step()
///     raises
template <class Rule>
class SchedulerOf final : public Scheduler {
 public:
  using Options = typename Rule::Options;

  static HyperTable hyper_table() { return {Rule::kName, Rule::hyper_fields()}; }

  static Result<std::unique_ptr<Scheduler>> create(Optimizer& optimizer,
                                                   const HyperValues& values) {
    Options options;
    if (Status status = hyper_table().set_all(&options, values); !status) return status.error();
    if (Status status = Rule::validate(options); !status) return status.error();
    return std::unique_ptr<Scheduler>(new SchedulerOf(optimizer, options));
  }

  Status step() override {
    ++last_epoch_;
    // As in PyTorch, no group changes where one of them raises.
    for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
      if (Result<double> lr = next_lr(group); !lr) return lr.error();
    }
    for (std::size_t group = 0; group < optimizer_.group_count(); ++group) {
      optimizer_.set_lr(group, next_lr(group).value());
    }
    return {};
  }

  std::size_t last_epoch() const override { return last_epoch_; }

  void archive(Archive& archive) override { archive.value(last_epoch_); }

 private:
  // The initial step of a chainable scheduler leaves the learning rates as they are.
  SchedulerOf(Optimizer& optimizer, const Options& options)
      : optimizer_(optimizer), options_(options) {
    for (std::size_t group = 0; group < optimizer.group_count(); ++group) {
      base_lrs_.push_back(optimizer.initial_lr(group));
    }
  }

  Result<double> next_lr(std::size_t group) const {
    SchedulePoint point{static_cast<double>(last_epoch_), optimizer_.lr(group), std::nullopt};
    if (group < base_lrs_.size()) point.base_lr = base_lrs_[group];
    return Rule::next_lr(options_, point);
  }

  Optimizer& optimizer_;
  Options options_;
  std::vector<double> base_lrs_;
  std::size_t last_epoch_ = 0;
};

/// A rule's registry entry.
template <class Rule>
SchedulerInfo describe_scheduler() {
  const typename Rule::Options defaults;
  return {Rule::kName,
          Rule::kSummary,
          Rule::kPytorchClass,
          Rule::kFormula,
          SchedulerOf<Rule>::hyper_table().infos(&defaults),
          false,
          &SchedulerOf<Rule>::create};
}

}  // namespace steplab
