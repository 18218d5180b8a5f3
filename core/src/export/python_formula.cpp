// SPDX-License-Identifier: MIT
#include "export/python_formula.hpp"

#include <array>
#include <span>
#include <vector>

#include "steplab/base/exact_math.hpp"
#include "steplab/base/formula.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab::python {
namespace {

constexpr double kE = 2.71828182845904523536;

// How tightly Python binds: sums, products, signs, powers, and what needs no parentheses.
enum Binding { kSum, kProduct, kSign, kPower, kAtom };

struct Expression {
  std::string text;
  Binding binding = kAtom;
  bool is_tensor = false;  // else a number of Python's
};

std::string bound(const Expression& expression, Binding at_least) {
  return expression.binding >= at_least ? expression.text : "(" + expression.text + ")";
}

std::string constant(double value) {
  if (value == kPi) return "math.pi";
  if (value == kE) return "math.e";
  // A tensor does not take integers beyond 64 bits.
  return value < 1e15 ? number_text(value) : python_number_text(value);
}

Expression binary(const Expression& left, std::string_view symbol, const Expression& right,
                  Binding binding) {
  // To the left: a - (b - c) keeps its parentheses. A power's base binds tighter than a power; its
  // exponent may be a signed one.
  const bool is_power = binding == kPower;
  const bool is_constant = !left.is_tensor && !right.is_tensor;
  const Binding left_binding = is_power ? kAtom : binding;
  const Binding right_binding = is_power ? kSign : static_cast<Binding>(binding + 1);
  // Between floats, as here: Python's integers would grow without end.
  const bool is_integer = left.text.find_first_not_of("0123456789") == std::string::npos;
  const std::string base =
      is_power && is_constant && is_integer ? left.text + ".0" : bound(left, left_binding);
  return {base + std::string(symbol) + bound(right, right_binding), binding, !is_constant};
}

Expression call(std::string_view function, const Expression& argument) {
  const std::string room = argument.is_tensor ? "torch." : "math.";
  return {room + std::string(function) + "(" + argument.text + ")", kAtom, argument.is_tensor};
}

Expression translated(FormulaOperation operation, const Expression& left, const Expression& right) {
  switch (operation) {
    case FormulaOperation::kAdd:
      return binary(left, " + ", right, kSum);
    case FormulaOperation::kSubtract:
      return binary(left, " - ", right, kSum);
    case FormulaOperation::kMultiply:
      return binary(left, " * ", right, kProduct);
    case FormulaOperation::kDivide:
      return binary(left, " / ", right, kProduct);
    case FormulaOperation::kPower:
      return binary(left, "**", right, kPower);
    case FormulaOperation::kNegate:
      return {"-" + bound(left, kSign), kSign, left.is_tensor};
    case FormulaOperation::kSin:
      return call("sin", left);
    case FormulaOperation::kCos:
      return call("cos", left);
    case FormulaOperation::kTan:
      return call("tan", left);
    case FormulaOperation::kExp:
      return call("exp", left);
    case FormulaOperation::kLog:
      return call("log", left);
    case FormulaOperation::kSqrt:
      return call("sqrt", left);
    case FormulaOperation::kAbs:
      return {"abs(" + left.text + ")", kAtom, left.is_tensor};
    case FormulaOperation::kTanh:
      return call("tanh", left);
    // Numbers and variables are no operations.
    case FormulaOperation::kNumber:
    case FormulaOperation::kVariable:
      break;
  }
  return left;
}

// The whole formula; its variables are tensors or numbers.
Result<Expression> expression_of(std::string_view formula,
                                 std::span<const std::string_view> variables, bool are_tensors) {
  const Result<std::vector<FormulaTerm>> terms = parse_formula(formula, variables);
  if (!terms) return terms.error();
  std::vector<Expression> expressions;
  for (const FormulaTerm& term : *terms) {
    if (term.operation == FormulaOperation::kNumber) {
      expressions.push_back({constant(term.number), kAtom, false});
      continue;
    }
    const auto left = static_cast<std::size_t>(term.left);
    if (term.operation == FormulaOperation::kVariable) {
      expressions.push_back({std::string(variables[left]), kAtom, are_tensors});
      continue;
    }
    const Expression right =
        term.right < 0 ? Expression() : expressions[static_cast<std::size_t>(term.right)];
    expressions.push_back(translated(term.operation, expressions[left], right));
  }
  return expressions.back();
}

}  // namespace

Result<std::string> formula_expression(std::string_view formula) {
  static constexpr std::array<std::string_view, 2> kVariables{"x", "y"};
  const Result<Expression> whole = expression_of(formula, kVariables, true);
  if (!whole) return whole.error();
  return whole->is_tensor ? whole->text : "torch.tensor(float(" + whole->text + "))";
}

Result<std::string> epoch_lambda(std::string_view formula) {
  static constexpr std::array<std::string_view, 1> kVariables{"epoch"};
  const Result<Expression> whole = expression_of(formula, kVariables, false);
  if (!whole) return whole.error();
  return "lambda epoch: " + whole->text;
}

}  // namespace steplab::python
