// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// PyTorch's LRScheduler contract: writes the learning rate of every group of an optimizer (and
/// with CyclicLR and OneCycleLR its momentum, which allocates a little memory a step). Arithmetic
/// is in double. Constructing one performs an initial step: last_epoch becomes 0 and `lr` is
/// written.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  /// last_epoch += 1 and the new learning rates; errors are PyTorch's. `metric` is what
  /// ReduceLROnPlateau watches; it raises PyTorch's TypeError without one, and the others ignore
  /// it.
  virtual Status step(std::optional<double> metric = std::nullopt) = 0;
  /// Whether step() needs the metric.
  virtual bool needs_metric() const { return false; }

  /// The number of step() calls since construction, but for SequentialLR's resets of its members.
  virtual std::int64_t last_epoch() const = 0;

  /// What PyTorch has warned of so far, each text once.
  virtual std::vector<std::string_view> warnings() const = 0;

  virtual void archive(Archive& archive) = 0;

  /// What composites do to their members: PyTorch's `_initial_step()`, …
  virtual Status initial_step() = 0;
  /// … `_update_lr(0)`, with the closed form of the schedulers that have one, …
  virtual Status start_over() = 0;
  /// … and taking an initial step's epoch back.
  virtual void undo_step() = 0;
};

}  // namespace steplab
