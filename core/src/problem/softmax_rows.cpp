// SPDX-License-Identifier: MIT
#include "problem/softmax_rows.hpp"

#include <algorithm>

namespace steplab {

void SoftmaxRows::apply(std::span<float> values) {
  const std::span<float> shifted = graph_.value(shifted_);
  for (std::size_t first = 0; first < values.size(); first += width_) {
    const std::span<const float> row = values.subspan(first, width_);
    const float largest = *std::max_element(row.begin(), row.end());
    for (std::size_t i = 0; i < width_; ++i) shifted[first + i] = row[i] - largest;
  }
  graph_.forward();
  const std::span<const float> exponentials = graph_.value(exponentials_);
  for (std::size_t first = 0; first < values.size(); first += width_) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < width_; ++i) sum += exponentials[first + i];
    for (std::size_t i = 0; i < width_; ++i) values[first + i] = exponentials[first + i] / sum;
  }
}

}  // namespace steplab
