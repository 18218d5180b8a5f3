// SPDX-License-Identifier: MIT
#include "steplab/problem/formula.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

constexpr std::array<std::string_view, 2> kVariables = {"x", "y"};

/// Arithmetic between constants in double, as Python does it before a tensor sees the result; this
/// also makes the exponent of x^-2 a constant. nullopt: leave it to the graph.
std::optional<double> fold(FormulaOperation operation, double left, double right) {
  switch (operation) {
    case FormulaOperation::kAdd:
      return left + right;
    case FormulaOperation::kSubtract:
      return left - right;
    case FormulaOperation::kMultiply:
      return left * right;
    case FormulaOperation::kDivide:
      return left / right;
    case FormulaOperation::kNegate:
      return -left;
    case FormulaOperation::kPower: {
      constexpr double kMaxExponent = 64.0;
      if (std::floor(right) != right || std::fabs(right) > kMaxExponent) return std::nullopt;
      const double power = exact_powi(left, static_cast<std::uint64_t>(std::fabs(right)));
      return right < 0.0 ? 1.0 / power : power;
    }
    default:
      return std::nullopt;
  }
}

/// A term as it stands in the graph; constants enter the graph only where a tensor meets them.
class Operand {
 public:
  Operand() = default;
  explicit Operand(double constant) : constant_(constant) {}
  explicit Operand(Node node) : node_(node) {}

  const std::optional<double>& constant() const { return constant_; }
  Node node(Graph& graph) const {
    return constant_ ? graph.constant(static_cast<float>(*constant_)) : node_;
  }

 private:
  std::optional<double> constant_;
  Node node_;
};

Node record_operation(Graph& graph, FormulaOperation operation, const Operand& left,
                      const Operand& right) {
  const auto a = [&] { return left.node(graph); };
  const auto unary = [&](Node (Graph::*function)(Node)) { return (graph.*function)(a()); };
  const auto binary = [&](Node (Graph::*function)(Node, Node)) {
    const Node first = a();
    return (graph.*function)(first, right.node(graph));
  };
  switch (operation) {
    case FormulaOperation::kAdd:
      return binary(&Graph::add);
    case FormulaOperation::kSubtract:
      return binary(&Graph::subtract);
    case FormulaOperation::kMultiply:
      return binary(&Graph::multiply);
    case FormulaOperation::kDivide:
      return binary(&Graph::divide);
    case FormulaOperation::kPower:
      return binary(&Graph::power);
    case FormulaOperation::kNegate:
      return unary(&Graph::negate);
    case FormulaOperation::kSin:
      return unary(&Graph::sin);
    case FormulaOperation::kCos:
      return unary(&Graph::cos);
    case FormulaOperation::kTan:
      return unary(&Graph::tan);
    case FormulaOperation::kExp:
      return unary(&Graph::exp);
    case FormulaOperation::kLog:
      return unary(&Graph::log);
    case FormulaOperation::kSqrt:
      return unary(&Graph::sqrt);
    case FormulaOperation::kAbs:
      return unary(&Graph::abs);
    case FormulaOperation::kTanh:
      return unary(&Graph::tanh);
    // numbers and variables are operands already
    case FormulaOperation::kNumber:
    case FormulaOperation::kVariable:
      break;
  }
  return a();
}

}  // namespace

Result<Node> record_formula(Graph& graph, std::string_view formula, Node x, Node y) {
  const Result<std::vector<FormulaTerm>> parsed = parse_formula(formula, kVariables);
  if (!parsed) return parsed.error();

  std::vector<Operand> operands;
  operands.reserve(parsed.value().size());
  for (const FormulaTerm& term : parsed.value()) {
    if (term.operation == FormulaOperation::kNumber) {
      operands.emplace_back(term.number);
    } else if (term.operation == FormulaOperation::kVariable) {
      operands.emplace_back(term.left == 0 ? x : y);
    } else {
      const Operand& left = operands[static_cast<std::size_t>(term.left)];
      const Operand right =
          term.right < 0 ? Operand(0.0) : operands[static_cast<std::size_t>(term.right)];
      const std::optional<double> folded =
          left.constant() && right.constant()
              ? fold(term.operation, *left.constant(), *right.constant())
              : std::nullopt;
      operands.push_back(folded ? Operand(*folded)
                                : Operand(record_operation(graph, term.operation, left, right)));
    }
  }
  return operands.back().node(graph);
}

Status check_formula(std::string_view formula) {
  const Result<std::vector<FormulaTerm>> parsed = parse_formula(formula, kVariables);
  return parsed ? Status() : Status(parsed.error());
}

}  // namespace steplab
