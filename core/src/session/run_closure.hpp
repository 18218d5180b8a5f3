// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "steplab/optim/optimizer.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// The closure that a loop's `step` line passes to optimizers that need one:
///
///     def closure():
///         optimizer.zero_grad()
///         loss = …            # the mini-batch of this iteration
///         loss.backward()
///         return loss
class RunClosure final : public Closure {
 public:
  RunClosure(Problem& problem, Optimizer& optimizer, std::size_t iteration)
      : problem_(problem), optimizer_(optimizer), iteration_(iteration) {}

  Result<float> evaluate() override;
  Result<float> loss() override;
  Result<bool> sample_gradient() override;

 private:
  Problem& problem_;
  Optimizer& optimizer_;
  std::size_t iteration_;
};

}  // namespace steplab
