// SPDX-License-Identifier: MIT
#include "steplab/base/tensor.hpp"

#include <algorithm>
#include <utility>

namespace steplab {

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (const std::size_t size : shape) count *= size;
  return count;
}

std::string to_string(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

Tensor::Tensor() : Tensor(Shape{}) {}

Tensor::Tensor(Shape shape) : shape_(std::move(shape)), values_(element_count(shape_)) {}

Tensor::Tensor(Shape shape, std::span<const float> values) : Tensor(std::move(shape)) {
  std::copy_n(values.begin(), std::min(values.size(), size()), values_.begin());
}

void Tensor::fill(float value) { std::fill(values_.begin(), values_.end(), value); }

double sum_of_squares(std::span<const float> values) {
  // Independent lanes, because compilers may not reorder a sum to vectorise it.
  constexpr std::size_t kLanes = 4;
  double lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      lanes[lane] += value * value;
    }
  }
  for (; i < values.size(); ++i) lanes[0] += static_cast<double>(values[i]) * values[i];
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

}  // namespace steplab
