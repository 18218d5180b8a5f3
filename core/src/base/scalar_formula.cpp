// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <utility>

#include "steplab/base/exact_math.hpp"
#include "steplab/base/formula.hpp"

namespace steplab {
namespace {

double value_of(FormulaOperation operation, double left, double right) {
  switch (operation) {
    case FormulaOperation::kAdd:
      return left + right;
    case FormulaOperation::kSubtract:
      return left - right;
    case FormulaOperation::kMultiply:
      return left * right;
    case FormulaOperation::kDivide:
      return left / right;
    case FormulaOperation::kPower:
      return exact_pow(left, right);
    case FormulaOperation::kNegate:
      return -left;
    case FormulaOperation::kSin:
      return exact_sin(left);
    case FormulaOperation::kCos:
      return exact_cos(left);
    case FormulaOperation::kTan:
      return exact_tan(left);
    case FormulaOperation::kExp:
      return exact_exp(left);
    case FormulaOperation::kLog:
      return exact_log(left);
    case FormulaOperation::kSqrt:
      return std::sqrt(left);
    case FormulaOperation::kAbs:
      return std::fabs(left);
    case FormulaOperation::kTanh:
      return exact_tanh(left);
    // no operations
    case FormulaOperation::kNumber:
    case FormulaOperation::kVariable:
      break;
  }
  return left;
}

}  // namespace

Result<ScalarFormula> ScalarFormula::parse(std::string_view formula, std::string_view variable) {
  Result<std::vector<FormulaTerm>> parsed = parse_formula(formula, {&variable, 1});
  if (!parsed) return parsed.error();
  ScalarFormula function;
  function.terms_ = std::move(parsed).value();
  function.values_.resize(function.terms_.size());
  return function;
}

double ScalarFormula::operator()(double variable) {
  const auto operand = [this](int term) {
    return term < 0 ? 0.0 : values_[static_cast<std::size_t>(term)];
  };
  double value = 0.0;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    const FormulaTerm& term = terms_[i];
    if (term.operation == FormulaOperation::kNumber) {
      value = term.number;
    } else if (term.operation == FormulaOperation::kVariable) {
      value = variable;
    } else {
      value = value_of(term.operation, operand(term.left), operand(term.right));
    }
    // Where Python raises: a division by zero, a logarithm of zero, an overflow.
    if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
    values_[i] = value;
  }
  return value;
}

}  // namespace steplab
