// SPDX-License-Identifier: MIT
#include "optim/newton_schulz.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace steplab {
namespace {

// Σ term(i) one after the other.
template <class Term>
float sum_in_order(std::size_t size, Term term) {
  float sum = 0.0F;
  for (std::size_t i = 0; i < size; ++i) sum += term(i);
  return sum;
}

// Σ term(i) in four partial sums; what is left of the last four joins the first.
template <class Term>
float sum_in_fours(std::size_t size, Term term) {
  constexpr std::size_t kPartialSums = 4;
  float partial[kPartialSums] = {};
  std::size_t i = 0;
  for (; i + kPartialSums <= size; i += kPartialSums) {
    for (std::size_t lane = 0; lane < kPartialSums; ++lane) partial[lane] += term(i + lane);
  }
  for (; i < size; ++i) partial[0] += term(i);
  return ((partial[0] + partial[1]) + partial[2]) + partial[3];
}

}  // namespace

float to_bfloat16(float value) {
  if (std::isnan(value)) return value;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  bits += 0x7FFFU + ((bits >> 16U) & 1U);
  bits &= 0xFFFF0000U;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

NewtonSchulz::NewtonSchulz(std::size_t rows, std::size_t columns)
    : rows_(rows),
      columns_(columns),
      short_(std::min(rows, columns)),
      long_(std::max(rows, columns)),
      x_(rows * columns),
      next_(rows * columns),
      gram_(short_ * short_),
      polynomial_(short_ * short_) {}

void NewtonSchulz::run(std::span<float> matrix, const std::array<double, 3>& coefficients,
                       int steps, double eps) {
  const bool is_tall = rows_ > columns_;
  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t at = is_tall ? column * long_ + row : row * long_ + column;
      x_[at] = to_bfloat16(matrix[row * columns_ + column]);
    }
  }
  float squares = 0.0F;
  for (const float element : matrix) squares += to_bfloat16(element) * to_bfloat16(element);
  const float least = to_bfloat16(static_cast<float>(eps));
  const float norm = to_bfloat16(std::sqrt(squares));
  const float divisor = norm < least ? least : norm;
  for (float& element : x_) element = to_bfloat16(element / divisor);

  // The first X of a tall matrix is a view of it, which PyTorch multiplies in another order.
  for (int step = 0; step < steps; ++step) iterate(coefficients, is_tall && step == 0);

  for (std::size_t row = 0; row < rows_; ++row) {
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::size_t at = is_tall ? column * long_ + row : row * long_ + column;
      matrix[row * columns_ + column] = x_[at];
    }
  }
}

// X ← a X + (b X Xᵀ + c X Xᵀ X Xᵀ) X
void NewtonSchulz::iterate(const std::array<double, 3>& coefficients, bool is_view) {
  const auto a = static_cast<float>(coefficients[0]);
  const auto b = static_cast<float>(coefficients[1]);
  const auto c = static_cast<float>(coefficients[2]);
  for (std::size_t row = 0; row < short_; ++row) {
    for (std::size_t column = 0; column < short_; ++column) {
      const float* left = &x_[row * long_];
      const float* right = &x_[column * long_];
      gram_[row * short_ + column] =
          to_bfloat16(sum_in_order(long_, [=](std::size_t k) { return left[k] * right[k]; }));
    }
  }
  for (std::size_t row = 0; row < short_; ++row) {
    for (std::size_t column = 0; column < short_; ++column) {
      const float product = sum_in_fours(short_, [&](std::size_t k) {
        return gram_[row * short_ + k] * gram_[k * short_ + column];
      });
      polynomial_[row * short_ + column] =
          to_bfloat16(b * gram_[row * short_ + column] + c * product);
    }
  }
  for (std::size_t row = 0; row < short_; ++row) {
    for (std::size_t column = 0; column < long_; ++column) {
      const auto term = [&](std::size_t k) {
        return polynomial_[row * short_ + k] * x_[k * long_ + column];
      };
      const float product = is_view ? sum_in_order(short_, term) : sum_in_fours(short_, term);
      next_[row * long_ + column] = to_bfloat16(a * x_[row * long_ + column] + product);
    }
  }
  x_.swap(next_);
}

}  // namespace steplab
