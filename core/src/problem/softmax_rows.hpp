// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "steplab/autograd/graph.hpp"

namespace steplab {

/// Softmax of rows of a fixed width, in place, through the graph's exponential so that it gives the
/// same bits everywhere.
class SoftmaxRows {
 public:
  SoftmaxRows(std::size_t rows, std::size_t width)
      : width_(width), shifted_(graph_.input({rows, width})), exponentials_(graph_.exp(shifted_)) {}

  /// `values`: at most as many whole rows as constructed for.
  void apply(std::span<float> values);

 private:
  std::size_t width_;
  Graph graph_;
  Node shifted_;
  Node exponentials_;
};

}  // namespace steplab
