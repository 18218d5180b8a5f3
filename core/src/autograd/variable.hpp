// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "steplab/base/parameter.hpp"
#include "steplab/kernels/into.hpp"

namespace steplab {

/// Where a gradient's next contribution goes.
struct GradientTarget {
  kernels::Into into;
  std::span<float> out;
};

/// A tensor of a graph with its memory: a parameter, an input, a constant or an operation's result.
struct Variable {
  Shape shape;
  Parameter* parameter = nullptr;  ///< the leaf behind it, if it is one
  bool is_constant = false;
  std::span<float> value;

  /// Whether a parameter is among what it is computed from; fixed when recorded.
  bool depends_on_parameter = false;
  /// PyTorch's requires_grad, as of the last forward.
  bool requires_grad = false;
  /// Whether a contribution has arrived in the running backward. Not used while a leaf is written
  /// through.
  bool has_grad = false;
  /// How many operands of operations it is.
  int uses = 0;
  /// The position of the operation that computes it; meaningless for leaves.
  std::size_t producer = 0;

  std::vector<float> value_memory;
  std::vector<float> grad_memory;

  std::size_t size() const { return value.size(); }
  std::span<const float> grad() const { return grad_memory; }

  /// A leaf that one operation uses gets its gradient straight into the parameter; one that several
  /// use collects their sum first, because PyTorch adds that sum in one rounding.
  bool is_written_through() const { return parameter != nullptr && uses <= 1; }

  /// Announces a contribution, which the caller must write.
  GradientTarget arrive() {
    if (is_written_through()) {
      const bool adds = parameter->has_grad();
      return {adds ? kernels::Into::kAdd : kernels::Into::kReplace,
              parameter->materialize_grad().span()};
    }
    const bool adds = std::exchange(has_grad, true);
    return {adds ? kernels::Into::kAdd : kernels::Into::kReplace, grad_memory};
  }
};

}  // namespace steplab
