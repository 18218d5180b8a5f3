// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <utility>

#include "base/formula_lexer.hpp"
#include "steplab/base/exact_math.hpp"
#include "steplab/base/formula.hpp"

namespace steplab {
namespace {

struct KnownName {
  std::string_view name;
  FormulaOperation operation;
  double number = 0.0;  ///< the constants' value
};

constexpr std::array<KnownName, 10> kKnownNames{{
    {"pi", FormulaOperation::kNumber, kPi},
    {"e", FormulaOperation::kNumber, 2.71828182845904523536},
    {"sin", FormulaOperation::kSin},
    {"cos", FormulaOperation::kCos},
    {"tan", FormulaOperation::kTan},
    {"exp", FormulaOperation::kExp},
    {"log", FormulaOperation::kLog},
    {"sqrt", FormulaOperation::kSqrt},
    {"abs", FormulaOperation::kAbs},
    {"tanh", FormulaOperation::kTanh},
}};

// Halfway from the largest float32 to the next power of two: from here on it rounds to infinity.
constexpr double kTooLarge = 0x1.ffffffp127;

bool is_function(FormulaOperation operation) { return operation >= FormulaOperation::kSin; }

struct BinaryOperator {
  FormulaTokenKind token;
  FormulaOperation operation;
  int precedence;
  int right_precedence;  ///< what the right operand must at least bind as
};

// Unary minus stands between the products and the power: -x^2 is -(x^2), and 2*-x needs no
// parentheses.
constexpr int kUnaryPrecedence = 3;
constexpr std::array<BinaryOperator, 5> kBinaryOperators{{
    {FormulaTokenKind::kPlus, FormulaOperation::kAdd, 1, 2},
    {FormulaTokenKind::kMinus, FormulaOperation::kSubtract, 1, 2},
    {FormulaTokenKind::kTimes, FormulaOperation::kMultiply, 2, 3},
    {FormulaTokenKind::kDivide, FormulaOperation::kDivide, 2, 3},
    {FormulaTokenKind::kPower, FormulaOperation::kPower, 4, 4},
}};

const BinaryOperator* find_operator(FormulaTokenKind token) {
  for (const BinaryOperator& candidate : kBinaryOperators) {
    if (candidate.token == token) return &candidate;
  }
  return nullptr;
}

std::string quoted(const FormulaToken& token) {
  if (token.kind == FormulaTokenKind::kEnd) return "the end";
  const auto first = static_cast<unsigned char>(token.text.front());
  if (token.text.size() == 1 && (first < 0x20 || first > 0x7E)) {
    return "byte " + std::to_string(first);  // a message stays text
  }
  return "\"" + std::string(token.text) + "\"";
}

/// Precedence climbing. A failed parse leaves its error in error_ and returns kFailed all the way
/// up; frames stay small because the depth budget multiplies them.
class FormulaParser {
 public:
  FormulaParser(std::string_view formula, std::span<const std::string_view> variables)
      : lexer_(formula), variables_(variables), token_(lexer_.next()) {}

  Result<std::vector<FormulaTerm>> parse() {
    if (parse_expression(0) != kFailed && token_.kind != FormulaTokenKind::kEnd) {
      fail_expected("an operator or the end");
    }
    if (!error_.message.empty()) return std::move(error_);
    return std::move(terms_);
  }

 private:
  static constexpr int kFailed = -1;

  int parse_expression(int min_precedence) {
    if (depth_ > kMaxFormulaDepth) return fail_depth();
    ++depth_;
    int left = parse_operand();
    while (left != kFailed) {
      const BinaryOperator* found = find_operator(token_.kind);
      if (found == nullptr || found->precedence < min_precedence) break;
      advance();
      const int right = parse_expression(found->right_precedence);
      left = right == kFailed ? kFailed : emit(found->operation, left, right);
    }
    --depth_;
    return left;
  }

  int parse_operand() {
    switch (token_.kind) {
      case FormulaTokenKind::kNumber:
        return parse_number();
      case FormulaTokenKind::kName:
        return parse_name();
      case FormulaTokenKind::kOpen:
        return parse_parentheses();
      case FormulaTokenKind::kMinus: {
        advance();
        const int operand = parse_expression(kUnaryPrecedence);
        return operand == kFailed ? kFailed : emit(FormulaOperation::kNegate, operand);
      }
      default:
        return fail_operand();
    }
  }

  int parse_number() {
    const double number = token_.number;
    if (number >= kTooLarge) return fail_number();
    advance();
    return emit(FormulaOperation::kNumber, -1, -1, number);
  }

  int parse_name() {
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (variables_[i] != token_.text) continue;
      advance();
      return emit(FormulaOperation::kVariable, static_cast<int>(i));
    }
    const KnownName* known = nullptr;
    for (const KnownName& candidate : kKnownNames) {
      if (candidate.name == token_.text) known = &candidate;
    }
    if (known == nullptr) return fail_name();
    advance();
    if (!is_function(known->operation)) return emit(known->operation, -1, -1, known->number);
    if (token_.kind != FormulaTokenKind::kOpen) return fail_call(known->name);
    const int argument = parse_parentheses();
    return argument == kFailed ? kFailed : emit(known->operation, argument);
  }

  int parse_parentheses() {
    advance();
    const int inner = parse_expression(0);
    if (inner == kFailed) return kFailed;
    if (token_.kind != FormulaTokenKind::kClose) return fail_expected("an operator or \")\"");
    advance();
    return inner;
  }

  void advance() {
    previous_ = token_;
    token_ = lexer_.next();
  }

  int emit(FormulaOperation operation, int left, int right = -1, double number = 0.0) {
    if (terms_.size() == static_cast<std::size_t>(kMaxFormulaNodes)) return fail_size();
    terms_.push_back({operation, left, right, number});
    return static_cast<int>(terms_.size()) - 1;
  }

  // What a failure needs to say so stays out of the frames that nest: hence noinline.

  int fail(std::string message, int position) {
    error_ = {ErrorCode::kInvalidFormula, "", std::move(message), position};
    return kFailed;
  }

  [[gnu::noinline]] int fail_expected(const std::string& expected) {
    std::string message = "expected " + expected + " at position " +
                          std::to_string(token_.position) + ", found " + quoted(token_);
    // A learner's habits from Python and from paper.
    const bool starts_operand = token_.kind == FormulaTokenKind::kNumber ||
                                token_.kind == FormulaTokenKind::kName ||
                                token_.kind == FormulaTokenKind::kOpen;
    if (starts_operand) message += " (write \"*\" to multiply)";
    if (token_.kind == FormulaTokenKind::kTimes && previous_.kind == FormulaTokenKind::kTimes) {
      message += " (write \"^\" for a power)";
    }
    return fail(std::move(message), token_.position);
  }

  [[gnu::noinline]] int fail_operand() {
    std::string expected = "a number, ";
    for (const std::string_view variable : variables_) expected += std::string(variable) + ", ";
    expected += "a function or \"(\"";
    const bool is_empty =
        token_.kind == FormulaTokenKind::kEnd && previous_.kind == FormulaTokenKind::kEnd;
    if (is_empty) {
      return fail("the formula is empty: expected " + expected, 0);
    }
    return fail_expected(expected);
  }

  [[gnu::noinline]] int fail_call(std::string_view function) {
    return fail("expected \"(\" after \"" + std::string(function) + "\" at position " +
                    std::to_string(token_.position) + ", found " + quoted(token_),
                token_.position);
  }

  [[gnu::noinline]] int fail_name() {
    std::string known;
    const auto add = [&known](std::string_view name) {
      known += (known.empty() ? "" : ", ") + std::string(name);
    };
    for (const std::string_view variable : variables_) add(variable);
    for (const KnownName& candidate : kKnownNames) add(candidate.name);
    return fail("unknown name " + quoted(token_) + " at position " +
                    std::to_string(token_.position) + "; known are " + known,
                token_.position);
  }

  [[gnu::noinline]] int fail_number() {
    return fail("the number " + quoted(token_) + " at position " + std::to_string(token_.position) +
                    " is too large for float32",
                token_.position);
  }

  [[gnu::noinline]] int fail_depth() {
    return fail("the formula nests deeper than " + std::to_string(kMaxFormulaDepth) +
                    " levels at position " + std::to_string(token_.position),
                token_.position);
  }

  [[gnu::noinline]] int fail_size() {
    return fail("the formula has more than " + std::to_string(kMaxFormulaNodes) +
                    " numbers, variables, operators and functions before position " +
                    std::to_string(token_.position),
                token_.position);
  }

  FormulaLexer lexer_;
  std::span<const std::string_view> variables_;
  FormulaToken token_;
  FormulaToken previous_;
  int depth_ = 0;  ///< parse_expression calls under way; the outermost is no nesting
  std::vector<FormulaTerm> terms_;
  Error error_;
};

}  // namespace

Result<std::vector<FormulaTerm>> parse_formula(std::string_view formula,
                                               std::span<const std::string_view> variables) {
  if (formula.size() > static_cast<std::size_t>(kMaxFormulaLength)) {
    return Error{ErrorCode::kInvalidFormula, "",
                 "the formula is " + std::to_string(formula.size()) + " characters long; at most " +
                     std::to_string(kMaxFormulaLength) + " are allowed",
                 kMaxFormulaLength};
  }
  return FormulaParser(formula, variables).parse();
}

}  // namespace steplab
