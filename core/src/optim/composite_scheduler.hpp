// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "optim/lr_scheduler.hpp"

namespace steplab {

/// What SequentialLR and ChainedScheduler have in common: schedulers that were constructed before,
/// in their order.
class CompositeScheduler : public Scheduler {
 public:
  std::vector<std::string_view> warnings() const override;
  void archive(Archive& archive) override;

  /// PyTorch's `_initial_step()` is a step like any other here.
  Status initial_step() override { return step(std::nullopt); }
  /// A composite has no get_lr(): where it should start over as SequentialLR's next member, PyTorch
  /// raises NotImplementedError.
  Status start_over() override;
  /// The members' steps; the composite's own epoch stays, as in PyTorch.
  void undo_step() override;

 protected:
  explicit CompositeScheduler(Schedulers members) : members_(std::move(members)) {}

  /// The ValueErrors about the list of schedulers.
  static Status check_members(std::string_view owner, std::string_view expected,
                              const Schedulers& members);

  const Schedulers& members() const { return members_; }

 private:
  Schedulers members_;
};

}  // namespace steplab
