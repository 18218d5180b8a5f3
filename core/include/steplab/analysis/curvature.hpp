// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// The largest eigenvalue λ of the Hessian of an experiment's loss at given parameters: how sharply
/// the loss bends in its steepest direction. Gradient descent with a learning rate above 2/λ walks
/// away along it. Found by power iteration on Hessian-vector products, each the difference of two
/// gradients; of a task on up to 256 of its training samples. It works in slices.
class Curvature {
 public:
  /// `at`: the parameters' values in their order.
  Curvature(const Experiment& experiment, const std::vector<std::vector<float>>& at);
  ~Curvature();

  /// Does up to so many power iterations; true while there is more to do.
  bool advance(std::size_t iterations);
  /// λ, once there is nothing more to do; nullopt where it is not positive, or gradients are not
  /// finite, or the problem has no loss.
  std::optional<double> largest_eigenvalue() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace steplab
