// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"

namespace steplab {

enum class FormulaOperation : std::uint8_t {
  kNumber,
  kX,
  kY,
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
  int left = -1;        ///< operand of a function or negation; first operand of a binary operation
  int right = -1;       ///< second operand
  double number = 0.0;  ///< for kNumber
};

/// Parses a formula in the grammar of formula.hpp into terms, operands first and the whole formula
/// last, so that walking over them needs no recursion.
Result<std::vector<FormulaTerm>> parse_formula(std::string_view formula);

}  // namespace steplab
