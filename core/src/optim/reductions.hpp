// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

/// Sums over a tensor in float32, bit for bit as PyTorch takes them on one thread with
/// ATEN_CPU_CAPABILITY=default: its vectors have eight elements there, and the order of additions
/// follows from that. `at(i)` is the i-th summand, asked for once.
namespace steplab::reductions {

inline constexpr std::size_t kLanes = 8;

/// `torch.norm`, the 2-norm, of elements that come one by one: eight running sums of squares, then
/// what does not fill a vector.
class RunningNorm {
 public:
  void add(float element) {
    vector_[filled_++] = element;
    if (filled_ < kLanes) return;
    for (std::size_t k = 0; k < kLanes; ++k) sums_[k] += vector_[k] * vector_[k];
    filled_ = 0;
  }
  float value() const {
    float total = 0.0F;
    for (const float sum : sums_) total += sum;
    for (std::size_t k = 0; k < filled_; ++k) total += vector_[k] * vector_[k];
    return std::sqrt(total);
  }

 private:
  std::array<float, kLanes> sums_{};
  std::array<float, kLanes> vector_{};
  std::size_t filled_ = 0;
};

/// `tensor.norm()`
template <class At>
float norm(std::size_t size, At at) {
  RunningNorm norm;
  for (std::size_t i = 0; i < size; ++i) norm.add(at(i));
  return norm.value();
}
inline float norm(std::span<const float> values) {
  return norm(values.size(), [values](std::size_t i) { return values[i]; });
}

namespace detail {

inline std::size_t ceil_log2(std::size_t number) {
  std::size_t power = 1;
  while ((std::size_t{1} << power) < number) ++power;
  return power;
}

/// The sums of `columns` rows of kWidth summands, column by column: each level of running sums is
/// emptied into the next one before it grows so large that small summands are lost in it.
template <std::size_t kWidth, class At>
std::array<float, kWidth> cascade(std::size_t rows, At at) {
  constexpr std::size_t kLevels = 4;
  const std::size_t power = std::max<std::size_t>(4, ceil_log2(rows) / kLevels);
  const std::size_t step = std::size_t{1} << power;
  std::array<std::array<float, kWidth>, kLevels> levels{};
  const auto add = [&](std::size_t row) {
    for (std::size_t k = 0; k < kWidth; ++k) levels[0][k] += at(row * kWidth + k);
  };
  std::size_t row = 0;
  while (row + step <= rows) {
    for (const std::size_t end = row + step; row < end; ++row) add(row);
    for (std::size_t level = 1; level < kLevels; ++level) {
      for (std::size_t k = 0; k < kWidth; ++k) levels[level][k] += levels[level - 1][k];
      levels[level - 1] = {};
      if ((row & ((step - 1) << (level * power))) != 0) break;
    }
  }
  for (; row < rows; ++row) add(row);
  for (std::size_t level = 1; level < kLevels; ++level) {
    for (std::size_t k = 0; k < kWidth; ++k) levels[0][k] += levels[level][k];
  }
  return levels[0];
}

/// The sums of vectors of kWidth summands, of which four are added at once.
template <std::size_t kWidth, class At>
std::array<float, kWidth> sum_of_vectors(std::size_t vectors, At at) {
  constexpr std::size_t kAtOnce = 4;
  const std::array<float, kAtOnce* kWidth> four = cascade<kAtOnce * kWidth>(vectors / kAtOnce, at);
  std::array<float, kWidth> sums{};
  std::copy_n(four.begin(), kWidth, sums.begin());
  for (std::size_t i = vectors / kAtOnce * kAtOnce; i < vectors; ++i) {
    for (std::size_t k = 0; k < kWidth; ++k) sums[k] += at(i * kWidth + k);
  }
  for (std::size_t i = kWidth; i < four.size(); ++i) sums[i % kWidth] += four[i];
  return sums;
}

}  // namespace detail

/// `tensor.sum()` of contiguous summands.
template <class At>
float sum(std::size_t size, At at) {
  if (size < kLanes) return detail::sum_of_vectors<1>(size, at)[0];
  const std::array<float, kLanes> sums = detail::sum_of_vectors<kLanes>(size / kLanes, at);
  float total = 0.0F;
  for (std::size_t i = size / kLanes * kLanes; i < size; ++i) total += at(i);
  for (const float lane : sums) total += lane;
  return total;
}

}  // namespace steplab::reductions
