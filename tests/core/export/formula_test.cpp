// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "export/python_formula.hpp"

namespace steplab {
namespace {

std::string translated(std::string_view formula) {
  const Result<std::string> expression = python::formula_expression(formula);
  return expression ? *expression : "error: " + expression.error().message;
}

TEST(PythonFormula, KeepsOnlyTheParenthesesThatPythonNeeds) {
  EXPECT_EQ(translated("(1-x)^2 + 100*(y-x^2)^2"), "(1 - x)**2 + 100 * (y - x**2)**2");
  EXPECT_EQ(translated("x - (y - 1) - 2"), "x - (y - 1) - 2");
  EXPECT_EQ(translated("((x)) + ((y*2))"), "x + y * 2");
  EXPECT_EQ(translated("x/(y*2)/3"), "x / (y * 2) / 3");
}

TEST(PythonFormula, PowersBindAsInPython) {
  EXPECT_EQ(translated("-x^2"), "-x**2");
  EXPECT_EQ(translated("(-x)^2"), "(-x)**2");
  EXPECT_EQ(translated("x^y^2"), "x**y**2");
  EXPECT_EQ(translated("(x^y)^2"), "(x**y)**2");
  EXPECT_EQ(translated("x^-2"), "x**-2");
  EXPECT_EQ(translated("2*-x"), "2 * -x");
  EXPECT_EQ(translated("-(x*y)"), "-(x * y)");
}

TEST(PythonFormula, FunctionsOfTensorsAreTorchs) {
  EXPECT_EQ(translated("sin(x) + cos(y) + tan(x*y) + exp(-x) + log(x^2) + sqrt(y) + tanh(x)"),
            "torch.sin(x) + torch.cos(y) + torch.tan(x * y) + torch.exp(-x) + torch.log(x**2) + "
            "torch.sqrt(y) + torch.tanh(x)");
  EXPECT_EQ(translated("abs(x) + abs(-2)*y"), "abs(x) + abs(-2) * y");
}

TEST(PythonFormula, FunctionsOfNumbersAreMaths) {
  EXPECT_EQ(translated("sqrt(2)*x + cos(2*pi*y) + e"),
            "math.sqrt(2) * x + torch.cos(2 * math.pi * y) + math.e");
}

TEST(PythonFormula, NumbersStayInFloat) {
  EXPECT_EQ(translated("10^30*x"), "10.0**30 * x");
  EXPECT_EQ(translated("1e20*x + 1e-8*y"), "1e+20 * x + 1e-8 * y");
}

TEST(PythonFormula, AConstantIsStillATensor) {
  EXPECT_EQ(translated("1/2"), "torch.tensor(float(1 / 2))");
}

TEST(PythonFormula, ErrorsAreTheParsers) {
  const Result<std::string> expression = python::formula_expression("x +* y");
  ASSERT_FALSE(expression.ok());
  EXPECT_EQ(expression.error().code, ErrorCode::kInvalidFormula);
  EXPECT_EQ(expression.error().position, 3);
}

}  // namespace
}  // namespace steplab
