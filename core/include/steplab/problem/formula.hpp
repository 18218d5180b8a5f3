// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "steplab/autograd/graph.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// Limits that keep a typed or linked formula cheap.
inline constexpr int kMaxFormulaLength = 512;  ///< bytes
inline constexpr int kMaxFormulaNodes = 256;   ///< numbers, variables, operators, functions
inline constexpr int kMaxFormulaDepth = 64;    ///< parentheses, signs, right operands

/// Records a formula of x and y into a graph and returns its node.
///
/// Grammar: numbers (1, .5, 2e-3), `x`, `y`, `pi`, `e`, `+ - * / ^` (`^` binds tighter than unary
/// minus and to the right: -x^2 is −(x²)), parentheses, `sin cos tan exp log sqrt abs tanh`. No
/// implicit multiplication. Arithmetic between constants is done in double beforehand, as Python
/// does it, so that x^(1/2) has a constant exponent. Errors (kInvalidFormula) carry the position
/// and what was expected there.
Result<Node> record_formula(Graph& graph, std::string_view formula, Node x, Node y);

/// Parses without recording: what an editor calls at every key.
Status check_formula(std::string_view formula);

}  // namespace steplab
