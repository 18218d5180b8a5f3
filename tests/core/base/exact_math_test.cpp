// SPDX-License-Identifier: MIT
#include "steplab/base/exact_math.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace steplab {
namespace {

// Reference values are the correctly rounded results (computed with 200 bits in mpmath).
TEST(ExactMath, PowersOfBetas) {
  EXPECT_EQ(exact_powi(0.9, 0), 1.0);
  EXPECT_EQ(exact_powi(0.9, 1), 0.9);
  EXPECT_EQ(exact_powi(0.9, 10), 0x1.650bf60432fd9p-2);
  EXPECT_EQ(exact_powi(0.999, 1000), 0x1.788526411ed72p-2);
  EXPECT_EQ(exact_powi(0.0, 3), 0.0);
}

TEST(ExactMath, ExponentialAndLogarithm) {
  EXPECT_EQ(exact_exp(0.0), 1.0);
  EXPECT_EQ(exact_exp(1.0), 0x1.5bf0a8b145769p+1);
  EXPECT_EQ(exact_exp(-10.0), 0x1.7cd79b5647c9bp-15);
  EXPECT_EQ(exact_log(1.0), 0.0);
  EXPECT_EQ(exact_log(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(exact_log(0.001), -0x1.ba18a998fffap+2);
  EXPECT_EQ(exact_pow(2.0, 0.5), 0x1.6a09e667f3bcdp+0);
}

TEST(ExactMath, PowersOfEveryKind) {
  EXPECT_EQ(exact_pow(0.9, -10.0), 0x1.6f19b4c926160p+1);
  EXPECT_EQ(exact_pow(-3.0, 5.0), -243.0);
  EXPECT_EQ(exact_pow(3.0, 40.0), 0x1.517168a4523fdp+63);
  EXPECT_EQ(exact_pow(10.0, -300.0), 0x1.56e1fc2f8f359p-997);
  EXPECT_EQ(exact_pow(0.5, 1000.0), 0x1p-1000);
  EXPECT_EQ(exact_pow(7.5, 0.3), 0x1.d48d76a47c02ap+0);
  // Exactly halfway between two doubles.
  EXPECT_EQ(exact_pow(94906267.0, 2.0), 94906267.0 * 94906267.0);
}

TEST(ExactMath, PowersAtTheEdges) {
  EXPECT_EQ(exact_pow(0.0, 0.0), 1.0);
  EXPECT_EQ(exact_pow(0.0, 0.5), 0.0);
  EXPECT_TRUE(std::isinf(exact_pow(0.0, -1.0)));
  EXPECT_TRUE(std::isnan(exact_pow(-2.0, 0.5)));
  EXPECT_TRUE(std::isinf(exact_pow(10.0, 400.0)));
  EXPECT_EQ(exact_pow(10.0, -400.0), 0.0);
  EXPECT_EQ(exact_exp(-1000.0), 0.0);
  EXPECT_TRUE(std::isinf(exact_exp(1000.0)));
  EXPECT_TRUE(std::isinf(exact_log(0.0)));
  EXPECT_TRUE(std::isnan(exact_log(-1.0)));
}

TEST(ExactMath, Tangents) {
  EXPECT_EQ(exact_tan(1.0), 0x1.8eb245cbee3a6p+0);
  EXPECT_EQ(exact_tan(100.0), -0x1.2ca74d62b5d38p-1);
  EXPECT_EQ(exact_tanh(1e-5), 0x1.4f8b588e06854p-17);
  EXPECT_EQ(exact_tanh(0.5), 0x1.d9353d7568af3p-2);
  EXPECT_EQ(exact_tanh(19.0), 0x1.fffffffffffffp-1);
  EXPECT_EQ(exact_tanh(-30.0), -1.0);
}

TEST(ExactMath, KeepsRelativePrecisionAtZerosOfTheCosine) {
  EXPECT_EQ(exact_cos(0.0), 1.0);
  EXPECT_EQ(exact_cos(kPi), -1.0);
  EXPECT_EQ(exact_cos(kPi / 2), 0x1.1a62633145c07p-54);
  EXPECT_EQ(exact_sin(kPi), 0x1.1a62633145c07p-53);
  EXPECT_EQ(exact_sin(-1.0), -0x1.aed548f090ceep-1);
  EXPECT_EQ(exact_cos(1e5), -0x1.ffac3841b3da7p-1);
}

}  // namespace
}  // namespace steplab
