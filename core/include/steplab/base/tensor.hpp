// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace steplab {

/// Sizes of a tensor's axes, outermost first; empty for a scalar (PyTorch's 0-dim tensor).
using Shape = std::vector<std::size_t>;

/// The number of elements of a shape; 1 for a scalar.
std::size_t element_count(const Shape& shape);

/// A shape as PyTorch prints it: "[10, 4]", "[]".
std::string to_string(const Shape& shape);

/// A dense, contiguous, row-major float32 array. Arithmetic on it goes through kernels over
/// `span()`; tensor_view.hpp shows it to xtensor for slicing, broadcasting and printing. It does
/// not hold an xtensor itself, because every function of one can print to std::cerr, and that would
/// bring 30 KB of streams into the page.
class Tensor {
 public:
  /// A scalar with value 0.
  Tensor();
  /// Zeros of the given shape.
  explicit Tensor(Shape shape);
  /// The given values in row-major order; `values.size()` must equal `element_count(shape)`.
  Tensor(Shape shape, std::span<const float> values);

  const Shape& shape() const { return shape_; }
  std::size_t size() const { return values_.size(); }

  /// The elements in row-major order. Valid while the tensor lives: it never reallocates.
  std::span<float> span() { return values_; }
  std::span<const float> span() const { return values_; }

  void fill(float value);

 private:
  Shape shape_;
  std::vector<float> values_;
};

/// The sum of squares in double, in an order that does not depend on the platform.
double sum_of_squares(std::span<const float> values);

}  // namespace steplab
