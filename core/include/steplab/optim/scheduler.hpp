// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// PyTorch's LRScheduler contract: writes the learning rate of every group of an optimizer.
/// Arithmetic is in double. Constructing one performs an initial step (last_epoch becomes 0).
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  virtual ~Scheduler() = default;

  /// last_epoch += 1 and the new learning rates; errors are PyTorch's.
  virtual Status step() = 0;
  /// The number of step() calls since construction.
  virtual std::size_t last_epoch() const = 0;
  virtual void archive(Archive& archive) = 0;
};

}  // namespace steplab
