// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "steplab/base/error.hpp"
#include "steplab/optim/optimizer.hpp"

namespace steplab {

/// What CyclicLR and OneCycleLR turn against the learning rate: `momentum`, or the first of `betas`
/// in an optimizer that has those.
class CycledMomentum {
 public:
  /// PyTorch's ValueError where the optimizer has neither.
  static Status check(const Optimizer& optimizer);

  explicit CycledMomentum(Optimizer& optimizer);

  void set(std::size_t group, double momentum);

 private:
  Optimizer& optimizer_;
  bool is_beta_;
};

}  // namespace steplab
