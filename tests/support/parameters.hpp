// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "steplab/base/parameter.hpp"

namespace steplab {

/// A scalar parameter, as surfaces have.
inline Parameter scalar_parameter(std::string name, float value) {
  return {std::move(name), Tensor(Shape{}, std::vector<float>{value})};
}

/// A parameter with the given elements in row-major order.
inline Parameter parameter_of(std::string name, Shape shape, const std::vector<float>& values) {
  return {std::move(name), Tensor(std::move(shape), values)};
}

/// The gradient's elements.
inline std::vector<float> grad_of(const Parameter& parameter) {
  const auto grad = parameter.grad().span();
  return {grad.begin(), grad.end()};
}

}  // namespace steplab
