// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "steplab/base/formula.hpp"

namespace steplab {
namespace {

double value_of(std::string_view formula, double epoch) {
  Result<ScalarFormula> parsed = ScalarFormula::parse(formula, "epoch");
  EXPECT_TRUE(parsed.ok()) << formula;
  return parsed ? (*parsed)(epoch) : 0.0;
}

TEST(ScalarFormula, IsDoubleArithmetic) {
  EXPECT_EQ(value_of("0.1 + 0.2", 0.0), 0.30000000000000004);
  EXPECT_EQ(value_of("1/(1 + 0.1*epoch)", 3.0), 1.0 / (1.0 + 0.1 * 3.0));
  EXPECT_EQ(value_of("-epoch^2", 3.0), -9.0);
  EXPECT_EQ(value_of("2^-epoch^2", 2.0), 0.0625);
  EXPECT_EQ(value_of("epoch*abs(-2) - sqrt(9)", 5.0), 7.0);
}

// References: mpmath, 200 bits.
TEST(ScalarFormula, RoundsFunctionsCorrectly) {
  EXPECT_EQ(value_of("0.95^epoch", 40.0), 0x1.073161acaf34ap-3);
  EXPECT_EQ(value_of("exp(-epoch/40)", 7.0), 0x1.adcd4f8533e2ap-1);
  EXPECT_EQ(value_of("log(epoch)", 7.0), 0x1.f2272ae325a57p+0);
  EXPECT_EQ(value_of("tan(epoch)", 2.0), -0x1.17af62e0950f8p+1);
  EXPECT_EQ(value_of("tanh(epoch/7)", 3.0), 0x1.9dd3666acbe2fp-2);
}

TEST(ScalarFormula, IsNoNumberWherePythonRaises) {
  EXPECT_TRUE(std::isnan(value_of("1/epoch", 0.0)));
  EXPECT_TRUE(std::isnan(value_of("log(epoch)", 0.0)));
  EXPECT_TRUE(std::isnan(value_of("sqrt(epoch)", -1.0)));
  EXPECT_TRUE(std::isnan(value_of("1/(1/epoch)", 0.0)));
  EXPECT_TRUE(std::isnan(value_of("exp(epoch)", 1000.0)));
  EXPECT_EQ(value_of("exp(-epoch)", 1000.0), 0.0);
}

TEST(ScalarFormula, KnowsItsVariableAlone) {
  const Result<ScalarFormula> parsed = ScalarFormula::parse("2*x", "epoch");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().position, 2);
  EXPECT_EQ(parsed.error().message,
            "unknown name \"x\" at position 2; known are epoch, pi, e, sin, cos, tan, exp, log, "
            "sqrt, abs, tanh");
  EXPECT_EQ(ScalarFormula::parse("", "epoch").error().message,
            "the formula is empty: expected a number, epoch, a function or \"(\"");
}

}  // namespace
}  // namespace steplab
