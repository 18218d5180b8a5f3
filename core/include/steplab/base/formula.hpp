// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"

namespace steplab {

/// Limits that keep a typed or linked formula cheap.
inline constexpr int kMaxFormulaLength = 512;  ///< bytes
inline constexpr int kMaxFormulaNodes = 256;   ///< numbers, variables, operators, functions
inline constexpr int kMaxFormulaDepth = 64;    ///< parentheses, signs, right operands

enum class FormulaOperation : std::uint8_t {
  kNumber,
  kVariable,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kNegate,
  kSin,
  kCos,
  kTan,
  kExp,
  kLog,
  kSqrt,
  kAbs,
  kTanh,
};

/// One operation of a parsed formula; its operands are earlier terms.
struct FormulaTerm {
  FormulaOperation operation = FormulaOperation::kNumber;
  int left = -1;   ///< operand of a function or negation; first operand of a binary operation; the
                   ///< index of a variable
  int right = -1;  ///< second operand
  double number = 0.0;  ///< for kNumber
};

/// Parses a formula into terms, operands first and the whole formula last, so that walking over
/// them needs no recursion.
///
/// Grammar: numbers (1, .5, 2e-3; exact up to 15 digits), the variables by name, `pi`, `e`,
/// `+ - * / ^` (`^` binds tighter than unary minus and to the right: -x^2 is −(x²)), parentheses,
/// `sin cos tan exp log sqrt abs tanh`. No implicit multiplication. Errors (kInvalidFormula) carry
/// the position and what was expected there.
Result<std::vector<FormulaTerm>> parse_formula(std::string_view formula,
                                               std::span<const std::string_view> variables);

/// A formula of one variable as a function of doubles. Arithmetic is IEEE's; the functions and `^`
/// are correctly rounded (exact_math.hpp), as Python's almost always are.
class ScalarFormula {
 public:
  ScalarFormula() = default;  ///< 0

  static Result<ScalarFormula> parse(std::string_view formula, std::string_view variable);

  /// The value; NaN where any part of it is not finite, because there Python raises. Allocates
  /// nothing.
  double operator()(double variable);

 private:
  std::vector<FormulaTerm> terms_;
  std::vector<double> values_;  // of the terms, as far as they are computed
};

}  // namespace steplab
