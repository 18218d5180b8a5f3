// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/error.hpp"

namespace steplab {

/// What some optimizers call from within step(): PyTorch's closure. Whoever drives the loop makes
/// it, so that an optimizer still knows no loss and computes no gradient.
class Closure {
 public:
  Closure() = default;
  Closure(const Closure&) = delete;
  Closure& operator=(const Closure&) = delete;
  virtual ~Closure() = default;

  /// zero_grad, forward, backward on the mini-batch at hand: `.grad` is then the gradient at the
  /// parameters' present values. Returns the loss there.
  virtual Result<float> evaluate() = 0;

  /// forward alone: the loss at the present values. Gradients stay.
  virtual Result<float> loss() = 0;

  /// zero_grad, forward, and backward of a loss whose labels are drawn from the model's own
  /// prediction, which is what Sophia-G estimates curvature from. False, and nothing done, where
  /// there is no model to draw labels from.
  virtual Result<bool> sample_gradient() = 0;
};

}  // namespace steplab
