// SPDX-License-Identifier: MIT
#include "steplab/kernels/elementwise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/sequences.hpp"

namespace steplab {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
constexpr float kLargest = std::numeric_limits<float>::max();

// The distance of a result from the true value, in units in the last place of a float.
double ulps(double result, double exact) {
  if (result == exact || (std::isnan(result) && std::isnan(exact))) return 0.0;
  if (std::isnan(result) != std::isnan(exact)) return 1e9;
  const double magnitude = std::fabs(exact);
  if (magnitude > kLargest) return std::isinf(result) ? 0.0 : 1e9;
  int exponent = 0;
  std::frexp(std::fmax(magnitude, 0x1p-126), &exponent);
  return std::fabs(result - exact) / std::ldexp(1.0, exponent - 24);
}

struct UnaryCase {
  std::string name;
  void (*kernel)(std::span<const float>, std::span<float>);
  double (*exact)(double);
  double low;
  double high;
  double tolerance;  // in ULP
};

class Unary : public testing::TestWithParam<UnaryCase> {};

TEST_P(Unary, IsCloseToTheTrueValueAtEveryLength) {
  const UnaryCase& c = GetParam();
  for (std::size_t size = 0; size <= 17; ++size) {
    const std::vector<float> x = uniform_values(size, c.low, c.high, size + 1);
    std::vector<float> out(size + 1, 42.0F);
    c.kernel(x, std::span<float>(out).first(size));
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_LE(ulps(out[i], c.exact(x[i])), c.tolerance) << c.name << " of " << x[i];
    }
    EXPECT_EQ(out[size], 42.0F) << "wrote past the end";
  }
}

TEST_P(Unary, IsCloseToTheTrueValueOverTheRange) {
  const UnaryCase& c = GetParam();
  const std::vector<float> x = uniform_values(20000, c.low, c.high);
  std::vector<float> out(x.size());
  c.kernel(x, out);
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::fmax(worst, ulps(out[i], c.exact(x[i])));
  }
  EXPECT_LE(worst, c.tolerance);
}

TEST_P(Unary, BitsDependNeitherOnPositionNorOnLength) {
  const UnaryCase& c = GetParam();
  std::vector<float> x = uniform_values(64, c.low, c.high);
  const std::vector<float> special = {0.0F,      -0.0F,      kInfinity, -kInfinity, kNan,
                                      kSmallest, -kSmallest, kLargest,  -kLargest,  1e5F};
  x.insert(x.end(), special.begin(), special.end());
  for (const float value : x) {
    float alone = 0.0F;
    c.kernel({&value, 1}, {&alone, 1});
    for (std::size_t size = 2; size <= 9; ++size) {
      for (std::size_t position = 0; position < size; ++position) {
        std::vector<float> row = uniform_values(size, c.low, c.high, 7);
        row[position] = value;
        std::vector<float> out(size);
        c.kernel(row, out);
        ASSERT_EQ(bits_of(out[position]), bits_of(alone))
            << c.name << " of " << value << " at " << position << " of " << size;
      }
    }
  }
}

TEST_P(Unary, WorksInPlace) {
  const UnaryCase& c = GetParam();
  std::vector<float> x = uniform_values(11, c.low, c.high);
  std::vector<float> out(x.size());
  c.kernel(x, out);
  c.kernel(x, x);
  EXPECT_EQ(x, out);
}

INSTANTIATE_TEST_SUITE_P(
    All, Unary,
    testing::Values(
        UnaryCase{"negate", kernels::negate, [](double x) { return -x; }, -9, 9, 0},
        UnaryCase{"abs", kernels::abs, [](double x) { return std::fabs(x); }, -9, 9, 0},
        UnaryCase{"relu", kernels::relu, [](double x) { return std::fmax(x, 0); }, -9, 9, 0},
        UnaryCase{"sqrt", kernels::sqrt, [](double x) { return std::sqrt(x); }, 0, 1e6, 0.5},
        UnaryCase{"exp", kernels::exp, [](double x) { return std::exp(x); }, -87, 88, 1.1},
        UnaryCase{"log", kernels::log, [](double x) { return std::log(x); }, 1e-6, 1e6, 1.1},
        UnaryCase{"log_below_one", kernels::log, [](double x) { return std::log(x); }, 0, 1, 1.1},
        UnaryCase{"sin", kernels::sin, [](double x) { return std::sin(x); }, -10, 10, 3},
        UnaryCase{"sin_far", kernels::sin, [](double x) { return std::sin(x); }, 39001, 1e6, 0.51},
        UnaryCase{"cos", kernels::cos, [](double x) { return std::cos(x); }, -10, 10, 3},
        UnaryCase{"cos_far", kernels::cos, [](double x) { return std::cos(x); }, 39001, 1e6, 0.51},
        UnaryCase{"tan", kernels::tan, [](double x) { return std::tan(x); }, -1.5, 1.5, 6},
        UnaryCase{"tanh", kernels::tanh, [](double x) { return std::tanh(x); }, -12, 12, 4},
        UnaryCase{"sigmoid", kernels::sigmoid, [](double x) { return 1 / (1 + std::exp(-x)); }, -20,
                  20, 3}),
    [](const auto& tested) { return tested.param.name; });

struct SpecialCase {
  std::string name;
  void (*kernel)(std::span<const float>, std::span<float>);
  // at NaN, +inf, -inf, +0, -0, -1, the largest float
  std::vector<float> expected;
};

class SpecialValue : public testing::TestWithParam<SpecialCase> {};

// The values are PyTorch 2.13's.
TEST_P(SpecialValue, IsPyTorchs) {
  const std::vector<float> x = {kNan, kInfinity, -kInfinity, 0.0F, -0.0F, -1.0F, kLargest};
  const SpecialCase& c = GetParam();
  std::vector<float> out(x.size());
  c.kernel(x, out);
  for (std::size_t i = 0; i < c.expected.size(); ++i) {
    EXPECT_EQ(bits_of(out[i]), bits_of(c.expected[i]))
        << c.name << " of " << x[i] << ": " << out[i];
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, SpecialValue,
    testing::Values(
        SpecialCase{"negate", kernels::negate, {kNan, -kInfinity, kInfinity, -0.0F, 0.0F, 1.0F}},
        SpecialCase{"abs", kernels::abs, {kNan, kInfinity, kInfinity, 0.0F, 0.0F, 1.0F, kLargest}},
        SpecialCase{"relu", kernels::relu, {kNan, kInfinity, 0.0F, 0.0F, -0.0F, 0.0F, kLargest}},
        SpecialCase{"sqrt", kernels::sqrt, {kNan, kInfinity, kNan, 0.0F, -0.0F, kNan}},
        SpecialCase{
            "exp", kernels::exp, {kNan, kInfinity, 0.0F, 1.0F, 1.0F, 0.36787945F, kInfinity}},
        SpecialCase{"log", kernels::log, {kNan, kInfinity, kNan, -kInfinity, -kInfinity, kNan}},
        SpecialCase{"sin", kernels::sin, {kNan, kNan, kNan, 0.0F, -0.0F}},
        SpecialCase{"cos", kernels::cos, {kNan, kNan, kNan, 1.0F, 1.0F}},
        SpecialCase{"tan", kernels::tan, {kNan, kNan, kNan, 0.0F, -0.0F}},
        SpecialCase{"tanh", kernels::tanh, {kNan, 1.0F, -1.0F, 0.0F, -0.0F, -0.7615942F, 1.0F}},
        SpecialCase{
            "sigmoid", kernels::sigmoid, {kNan, 1.0F, 0.0F, 0.5F, 0.5F, 0.26894143F, 1.0F}}),
    [](const auto& tested) { return tested.param.name; });

TEST(SpecialValue, AnglesBeyondReductionStayInRange) {
  for (const float x : {39001.0F, 1e6F, 1e10F, 3e20F, kLargest}) {
    for (const float angle : {x, -x}) {
      float sine = 0.0F;
      float cosine = 0.0F;
      kernels::sin({&angle, 1}, {&sine, 1});
      kernels::cos({&angle, 1}, {&cosine, 1});
      EXPECT_NEAR(sine * sine + cosine * cosine, 1.0F, 1e-6F) << angle;
    }
  }
}

TEST(SpecialValue, ExpUnderflowsAndOverflowsGradually) {
  const std::vector<float> x = {-150.0F, -105.0F, -103.0F, -90.0F, 88.72F, 88.73F, 104.5F, 1e10F};
  std::vector<float> out(x.size());
  kernels::exp(x, out);
  EXPECT_EQ(out[0], 0.0F);
  EXPECT_EQ(out[1], 0.0F);
  EXPECT_EQ(out[2], kSmallest);
  EXPECT_GT(out[3], 0.0F);
  EXPECT_LT(out[3], std::numeric_limits<float>::min());
  EXPECT_LT(out[4], kInfinity);
  for (std::size_t i = 5; i < out.size(); ++i) EXPECT_EQ(out[i], kInfinity);
}

using BinaryKernel = void (*)(std::span<const float>, std::span<const float>, std::span<float>);

void expect_binary(BinaryKernel kernel, float (*exact)(float, float)) {
  for (std::size_t size = 0; size <= 17; ++size) {
    const std::vector<float> a = uniform_values(size, -3, 3, 1);
    const std::vector<float> b = uniform_values(size, 1, 4, 2);
    const std::vector<float> one = {1.7F};
    std::vector<float> out(size);
    kernel(a, b, out);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(out[i], exact(a[i], b[i]));
    if (size == 0) continue;
    kernel(one, b, out);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(out[i], exact(one[0], b[i]));
    kernel(a, one, out);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(out[i], exact(a[i], one[0]));
    kernel(one, one, out);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(out[i], exact(one[0], one[0]));
  }
}

TEST(Binary, IsRoundedCorrectlyAtEveryLengthAndBroadcasts) {
  expect_binary(kernels::add, [](float x, float y) { return x + y; });
  expect_binary(kernels::subtract, [](float x, float y) { return x - y; });
  expect_binary(kernels::multiply, [](float x, float y) { return x * y; });
  expect_binary(kernels::divide, [](float x, float y) { return x / y; });
}

}  // namespace
}  // namespace steplab
