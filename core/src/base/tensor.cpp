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

// from_shape, because xtensor 0.24 reads a braced shape as a list of values.
Tensor::Tensor(Shape shape)
    : shape_(std::move(shape)),
      array_(Array::from_shape(Array::shape_type(shape_.begin(), shape_.end()))) {
  fill(0.0F);
}

Tensor::Tensor(Shape shape, std::span<const float> values) : Tensor(std::move(shape)) {
  std::copy_n(values.begin(), std::min(values.size(), size()), array_.data());
}

void Tensor::fill(float value) { std::fill_n(array_.data(), array_.size(), value); }

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
