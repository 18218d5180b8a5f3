// SPDX-License-Identifier: MIT
#include "steplab/kernels/power.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/sequences.hpp"

namespace steplab {
namespace {

using kernels::Into;
using kernels::power;

TEST(Power, HasPyTorchsShortcuts) {
  for (const float x : uniform_values(1000, -3, 3)) {
    EXPECT_EQ(power(x, 1.0F), x);
    EXPECT_EQ(power(x, 2.0F), x * x);
    EXPECT_EQ(power(x, 3.0F), x * x * x);
    EXPECT_EQ(power(x, 0.0F), 1.0F);
    EXPECT_EQ(bits_of(power(x, 0.5F)), bits_of(std::sqrt(x)));
    EXPECT_EQ(power(x, -1.0F), 1.0F / x);
  }
}

TEST(Power, IsTheRoundedTruePower) {
  const std::vector<float> bases = uniform_values(2000, 0.01, 30, 1);
  const std::vector<float> exponents = uniform_values(2000, -12, 12, 2);
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const double exact = std::pow(static_cast<double>(bases[i]), static_cast<double>(exponents[i]));
    EXPECT_NEAR(power(bases[i], exponents[i]) / exact, 1.0, 0x1.01p-24);
  }
  for (const float exponent : {4.0F, 5.0F, 10.0F, -2.0F, -7.0F, 1.5F, 0.1F}) {
    for (const float base : uniform_values(200, 0.1, 10)) {
      const double exact = std::pow(static_cast<double>(base), static_cast<double>(exponent));
      EXPECT_NEAR(power(base, exponent) / exact, 1.0, 0x1.01p-24);
    }
  }
}

// C's pow is the reference for every pair of special values, but for the shortcuts: a square root
// of -inf is NaN and of -0 is -0, as in PyTorch.
TEST(Power, HasTheSpecialCasesOfC) {
  const std::vector<float> bases = {0.0F,  -0.0F, 1.0F,     -1.0F,     0.5F, -0.5F, 2.0F,
                                    -2.0F, 1e30F, INFINITY, -INFINITY, NAN,  -1e30F};
  const std::vector<float> exponents = {0.0F,  -0.0F, 1.0F,  2.0F,     3.0F,        -1.0F,   -2.0F,
                                        -3.0F, 1.5F,  -1.5F, INFINITY, -INFINITY,   NAN,     -0.5F,
                                        1e6F,  -1e6F, 1e10F, 1000.0F,  16777215.0F, 99999.0F};
  for (const float base : bases) {
    for (const float exponent : exponents) {
      const auto exact =
          static_cast<float>(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
      EXPECT_EQ(bits_of(power(base, exponent)), bits_of(exact)) << base << " ** " << exponent;
    }
  }
  EXPECT_TRUE(std::isnan(power(-INFINITY, 0.5F)));
  EXPECT_EQ(bits_of(power(-0.0F, 0.5F)), bits_of(-0.0F));
}

TEST(Power, Broadcasts) {
  const std::vector<float> two = {2.0F};
  const std::vector<float> x = {1.0F, 2.0F, 3.0F, 4.0F, 5.0F};
  std::vector<float> out(5);
  power(x, two, out);
  EXPECT_EQ(out, (std::vector<float>{1.0F, 4.0F, 9.0F, 16.0F, 25.0F}));
  power(two, x, out);
  EXPECT_EQ(out, (std::vector<float>{2.0F, 4.0F, 8.0F, 16.0F, 32.0F}));
}

TEST(Power, OfManyIsThePowerOfEachAtEveryLength) {
  for (std::size_t size = 1; size <= 17; ++size) {
    const std::vector<float> base = uniform_values(size, -3, 3);
    for (const float exponent : {0.0F, 0.5F, 1.0F, 1.5F, 2.0F, 3.0F, 4.0F, -1.0F}) {
      std::vector<float> out(size);
      power(base, {&exponent, 1}, out);
      for (std::size_t i = 0; i < size; ++i) {
        EXPECT_EQ(bits_of(out[i]), bits_of(power(base[i], exponent))) << base[i] << exponent;
      }
    }
  }
}

TEST(Power, BaseGradientHasPyTorchsRounding) {
  const std::vector<float> grad = uniform_values(50, -1, 1, 1);
  const std::vector<float> base = uniform_values(50, -3, 3, 2);
  for (const float exponent : {0.0F, 1.0F, 2.0F, 3.0F, 4.0F, -2.0F}) {
    std::vector<float> out(50);
    kernels::power_base_gradient(Into::kReplace, grad, base, {&exponent, 1}, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      EXPECT_EQ(out[i],
                exponent == 0.0F ? 0.0F : grad[i] * (exponent * power(base[i], exponent - 1.0F)));
    }
  }
}

TEST(Power, ExponentGradient) {
  const std::vector<float> base = {2.0F, 0.0F, 0.0F, 0.5F, 0.0F};
  const std::vector<float> exponent = {3.0F, 2.0F, -1.0F, -2.0F, 0.0F};
  const std::vector<float> grad(5, 2.0F);
  std::vector<float> result(5);
  power(base, exponent, result);
  std::vector<float> out(5, 1.0F);
  kernels::power_exponent_gradient(Into::kAdd, grad, base, exponent, result, out);
  EXPECT_FLOAT_EQ(out[0], 1.0F + 16.0F * std::log(2.0F));
  EXPECT_EQ(out[1], 1.0F);
  EXPECT_EQ(out[2], -INFINITY);
  EXPECT_FLOAT_EQ(out[3], 1.0F - 8.0F * std::log(2.0F));
  EXPECT_EQ(out[4], 1.0F);
}

}  // namespace
}  // namespace steplab
