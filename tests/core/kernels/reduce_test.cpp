// SPDX-License-Identifier: MIT
#include "steplab/kernels/reduce.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <vector>

#include "support/sequences.hpp"

namespace steplab {
namespace {

using kernels::Into;

// The order that reduce.hpp promises.
float in_promised_order(std::size_t size, const std::function<float(std::size_t)>& term) {
  std::array<float, 16> partial{};
  for (std::size_t i = 0; i < size; ++i) partial[i % 16] += term(i);
  for (std::size_t distance = 8; distance != 0; distance /= 2) {
    for (std::size_t lane = 0; lane < distance; ++lane) partial[lane] += partial[lane + distance];
  }
  return partial[0];
}

TEST(Reduce, KeepsThePromisedOrderAtEveryLength) {
  for (std::size_t size = 0; size <= 100; ++size) {
    const std::vector<float> a = uniform_values(size, -1, 3, 1);
    const std::vector<float> b = uniform_values(size, -2, 2, 2);
    EXPECT_EQ(kernels::sum(a), in_promised_order(size, [&](std::size_t i) { return a[i]; }));
    EXPECT_EQ(kernels::dot(a, b),
              in_promised_order(size, [&](std::size_t i) { return a[i] * b[i]; }));
    EXPECT_EQ(kernels::sum_of_squares(a),
              in_promised_order(size, [&](std::size_t i) { return a[i] * a[i]; }));
    EXPECT_EQ(kernels::sum_of_squared_differences(a, b),
              in_promised_order(size, [&](std::size_t i) {
                const float difference = a[i] - b[i];
                return difference * difference;
              }));
  }
}

TEST(Reduce, IsCloseToTheTrueSum) {
  const std::vector<float> x = uniform_values(100000, 0, 1);
  double exact = 0.0;
  for (const float value : x) exact += value;
  EXPECT_NEAR(kernels::sum(x) / exact, 1.0, 1e-6);
}

TEST(Reduce, CarriesNanAndInfinity) {
  std::vector<float> x(21, 1.0F);
  x[20] = INFINITY;
  EXPECT_EQ(kernels::sum(x), INFINITY);
  x[3] = -INFINITY;
  EXPECT_NE(kernels::sum(x), kernels::sum(x));
}

TEST(Reduce, ColumnSumsAddRowByRow) {
  for (std::size_t columns = 1; columns <= 17; ++columns) {
    for (const std::size_t rows : {1, 2, 7, 32}) {
      const std::vector<float> x = uniform_values(rows * columns, -1, 1, columns);
      std::vector<float> out(columns, 9.0F);
      kernels::column_sums(Into::kReplace, x, out);
      std::vector<float> added(columns, 9.0F);
      kernels::column_sums(Into::kAdd, x, added);
      for (std::size_t j = 0; j < columns; ++j) {
        float exact = 0.0F;
        for (std::size_t row = 0; row < rows; ++row) exact += x[row * columns + j];
        EXPECT_EQ(out[j], exact);
        EXPECT_EQ(added[j], 9.0F + exact);
      }
    }
  }
}

}  // namespace
}  // namespace steplab
