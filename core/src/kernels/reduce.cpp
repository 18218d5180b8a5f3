// SPDX-License-Identifier: MIT
#include "steplab/kernels/reduce.hpp"

#include "kernels/lanes.hpp"

namespace steplab::kernels {
namespace {

constexpr std::size_t kPartialSums = 16;

// Σ term(d, operands[i] …) in the order that the header promises.
template <class Term, class... Operands>
HWY_INLINE float reduce(std::size_t size, Term term, Operands... operands) {
  constexpr Four d;
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  std::size_t i = 0;
  for (; i + kPartialSums <= size; i += kPartialSums) {
    sum0 = hn::Add(sum0, term(d, operands.at(d, i)...));
    sum1 = hn::Add(sum1, term(d, operands.at(d, i + kLanes)...));
    sum2 = hn::Add(sum2, term(d, operands.at(d, i + 2 * kLanes)...));
    sum3 = hn::Add(sum3, term(d, operands.at(d, i + 3 * kLanes)...));
  }
  float partial[kPartialSums];
  hn::StoreU(sum0, d, partial);
  hn::StoreU(sum1, d, partial + kLanes);
  hn::StoreU(sum2, d, partial + 2 * kLanes);
  hn::StoreU(sum3, d, partial + 3 * kLanes);
  for (std::size_t lane = 0; i < size; ++i, ++lane) {
    partial[lane] += hn::GetLane(term(One(), operands.at(One(), i)...));
  }
  for (std::size_t distance = kPartialSums / 2; distance != 0; distance /= 2) {
    for (std::size_t lane = 0; lane < distance; ++lane) partial[lane] += partial[lane + distance];
  }
  return partial[0];
}

// out[j] = Σ over rows of x[row, j] for the lanes of d that begin at column j.
template <class D>
HWY_INLINE void sum_columns(D d, Into into, const float* x, std::size_t size, std::size_t columns,
                            float* out) {
  auto total = hn::Zero(d);
  for (std::size_t i = 0; i < size; i += columns) total = hn::Add(total, hn::LoadU(d, x + i));
  if (into == Into::kAdd) total = hn::Add(hn::LoadU(d, out), total);
  hn::StoreU(total, d, out);
}

}  // namespace

float sum(std::span<const float> x) {
  if (x.size() == 1) return x[0];
  return reduce(
      x.size(), [](auto, auto v) { return v; }, Array{x.data()});
}

float dot(std::span<const float> a, std::span<const float> b) {
  return reduce(
      a.size(), [](auto, auto x, auto y) { return hn::Mul(x, y); }, Array{a.data()},
      Array{b.data()});
}

float sum_of_squares(std::span<const float> x) {
  return reduce(
      x.size(), [](auto, auto v) { return hn::Mul(v, v); }, Array{x.data()});
}

float sum_of_squared_differences(std::span<const float> a, std::span<const float> b) {
  const auto term = [](auto, auto x, auto y) {
    const auto difference = hn::Sub(x, y);
    return hn::Mul(difference, difference);
  };
  return reduce(a.size(), term, Array{a.data()}, Array{b.data()});
}

void column_sums(Into into, std::span<const float> x, std::span<float> out) {
  const std::size_t columns = out.size();
  std::size_t j = 0;
  for (; j + kLanes <= columns; j += kLanes) {
    sum_columns(Four(), into, x.data() + j, x.size() - j, columns, out.data() + j);
  }
  for (; j < columns; ++j) {
    sum_columns(One(), into, x.data() + j, x.size() - j, columns, out.data() + j);
  }
}

}  // namespace steplab::kernels
