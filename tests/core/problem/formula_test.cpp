// SPDX-License-Identifier: MIT
#include "steplab/problem/formula.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "steplab/base/random.hpp"

namespace steplab {
namespace {

/// A formula's value and gradient at a point.
struct Evaluated {
  float value = 0.0F;
  float dx = 0.0F;
  float dy = 0.0F;
};

Evaluated evaluate(std::string_view formula, float x, float y) {
  Parameter px("x", Tensor({}, std::vector<float>{x}));
  Parameter py("y", Tensor({}, std::vector<float>{y}));
  Graph graph;
  const Node nx = graph.parameter(px);
  const Node ny = graph.parameter(py);
  const Result<Node> root = record_formula(graph, formula, nx, ny);
  EXPECT_TRUE(root.ok()) << formula << ": " << (root.ok() ? "" : root.error().message);
  if (!root.ok()) return {};
  graph.forward();
  const float value = graph.value(root.value())[0];
  // a formula without variables has no gradient
  if (!graph.backward(root.value()).ok()) return {value, 0.0F, 0.0F};
  return {value, px.has_grad() ? px.grad().span()[0] : 0.0F,
          py.has_grad() ? py.grad().span()[0] : 0.0F};
}

struct ValueCase {
  const char* formula;
  double expected;  ///< at x = 3, y = 2
};

class FormulaValue : public ::testing::TestWithParam<ValueCase> {};

TEST_P(FormulaValue, FollowsTheGrammar) {
  EXPECT_NEAR(evaluate(GetParam().formula, 3.0F, 2.0F).value, GetParam().expected,
              1e-6 * (1.0 + std::fabs(GetParam().expected)))
      << GetParam().formula;
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, FormulaValue,
    ::testing::Values(
        ValueCase{"x", 3}, ValueCase{"y", 2}, ValueCase{" x\t+\n y ", 5}, ValueCase{"42", 42},
        ValueCase{".5", 0.5}, ValueCase{"1.", 1}, ValueCase{"2e-3", 0.002},
        ValueCase{"1.25E+2", 125}, ValueCase{"pi", 3.14159265358979},
        ValueCase{"e", 2.71828182845905}, ValueCase{"1 + 2*x", 7}, ValueCase{"(1 + 2)*x", 9},
        ValueCase{"x - y - 1", 0}, ValueCase{"x - (y - 1)", 2}, ValueCase{"x/y/2", 0.75},
        ValueCase{"x/(y/2)", 3}, ValueCase{"x*y/4", 1.5}, ValueCase{"-x^2", -9},
        ValueCase{"(-x)^2", 9}, ValueCase{"2^x^y", 512}, ValueCase{"(2^x)^y", 64},
        ValueCase{"x^-y", 1.0 / 9}, ValueCase{"2^-x*y", 0.25}, ValueCase{"-x*y", -6},
        ValueCase{"x*-y", -6}, ValueCase{"x--y", 5}, ValueCase{"---x", -3},
        ValueCase{"x^(1/2)", 1.7320508075688772}, ValueCase{"sin(x)", 0.1411200080598672},
        ValueCase{"cos(x)", -0.9899924966004454}, ValueCase{"tan(x)", -0.1425465430742778},
        ValueCase{"exp(x)", 20.085536923187668}, ValueCase{"log(x)", 1.0986122886681098},
        ValueCase{"sqrt(x)", 1.7320508075688772}, ValueCase{"abs(-x)", 3},
        ValueCase{"tanh(x)", 0.9950547536867305}, ValueCase{"sin(2)*x", 2.727892280477045},
        ValueCase{"3 - 2^3 + 6/4 - -1", -2.5}, ValueCase{"2^0.5", 1.4142135623730951},
        ValueCase{"2^-2*x", 0.75}, ValueCase{"0.1000000000000000000000001*x", 0.3}));

TEST(FormulaNumber, IsTheNearestFloat) {
  for (const char* text :
       {"0.1", "123456789", "3.4028235e38", "1.17549435e-38", "1e-45", "0.3333333333333333333",
        "16777217", "9007199254740993", "1e10", "6.02214076e23", "0.000000000000000000000001",
        "100000000000000000000", "0e999", "1e-999"}) {
    EXPECT_EQ(evaluate(text, 0, 0).value, std::strtof(text, nullptr)) << text;
  }
}

TEST(FormulaConstants, AreFoldedAsPythonWould) {
  // torch.cos(2*math.pi*x) multiplies by one float; left to float32, 2*pi*x would round twice
  EXPECT_EQ(evaluate("2*pi*x", 0.7F, 0).value, 6.283185307179586F * 0.7F);
  EXPECT_EQ(evaluate("x*(1/3)", 3, 0).value, static_cast<float>(1.0 / 3.0) * 3.0F);
  // a constant exponent stays one, negative or not: the derivative at a negative base is finite
  EXPECT_EQ(evaluate("x^2", -3, 0).dx, -6.0F);
  EXPECT_EQ(evaluate("x^-1", -2, 0).dx, -0.25F);
  EXPECT_EQ(evaluate("x^(5-2)", -2, 0).dx, 12.0F);
}

TEST(FormulaGradient, MatchesClosedForms) {
  const Evaluated rosenbrock = evaluate("(1-x)^2 + 100*(y-x^2)^2", -1.5F, 2.0F);
  EXPECT_EQ(rosenbrock.value, 12.5F);
  EXPECT_EQ(rosenbrock.dx, -155.0F);
  EXPECT_EQ(rosenbrock.dy, -50.0F);
  EXPECT_NEAR(evaluate("x^y", 2, 3).dx, 12.0, 1e-5);
  EXPECT_NEAR(evaluate("x^y", 2, 3).dy, 8.0 * std::log(2.0), 1e-5);
  EXPECT_EQ(evaluate("abs(x)", 0, 0).dx, 0.0F);
}

// --- random formulas -----------------------------------------------------------------------------

/// An expression drawn at random: it can be written down, and recorded without the parser.
struct Expression {
  enum class Kind { kNumber, kX, kY, kUnary, kBinary };
  Kind kind = Kind::kX;
  std::string symbol;  ///< "sin", "-", "+", … or the number as written
  std::unique_ptr<Expression> left;
  std::unique_ptr<Expression> right;
};

std::unique_ptr<Expression> draw(Generator& generator, int depth) {
  auto expression = std::make_unique<Expression>();
  const std::uint32_t choice = depth == 0 ? generator.below(3) : generator.below(10);
  if (choice == 0) {
    static constexpr const char* kNumbers[] = {"0.5", "2", "3.25e-1", "1", ".75"};
    expression->kind = Expression::Kind::kNumber;
    expression->symbol = kNumbers[generator.below(5)];
  } else if (choice <= 2) {
    expression->kind = choice == 1 ? Expression::Kind::kX : Expression::Kind::kY;
  } else if (choice <= 4) {
    static constexpr const char* kFunctions[] = {"sin", "cos", "exp", "abs", "tanh", "-"};
    expression->kind = Expression::Kind::kUnary;
    expression->symbol = kFunctions[generator.below(6)];
    expression->left = draw(generator, depth - 1);
  } else {
    static constexpr const char* kOperators[] = {"+", "-", "*", "/", "^"};
    expression->kind = Expression::Kind::kBinary;
    expression->symbol = kOperators[generator.below(5)];
    expression->left = draw(generator, depth - 1);
    expression->right = draw(generator, depth - 1);
  }
  return expression;
}

int binding(const Expression& expression) {
  if (expression.kind == Expression::Kind::kUnary) return expression.symbol == "-" ? 3 : 5;
  if (expression.kind != Expression::Kind::kBinary) return 5;
  if (expression.symbol == "^") return 4;
  return expression.symbol == "*" || expression.symbol == "/" ? 2 : 1;
}

/// With as few parentheses as the grammar needs, or with all of them.
std::string print(const Expression& expression, bool all_parentheses) {
  const auto operand = [&](const Expression& inner, int needed) {
    const std::string text = print(inner, all_parentheses);
    return all_parentheses || binding(inner) < needed ? "(" + text + ")" : text;
  };
  switch (expression.kind) {
    case Expression::Kind::kNumber:
      return expression.symbol;
    case Expression::Kind::kX:
      return "x";
    case Expression::Kind::kY:
      return "y";
    case Expression::Kind::kUnary:
      if (expression.symbol == "-") return "-" + operand(*expression.left, 3);
      return expression.symbol + "(" + print(*expression.left, all_parentheses) + ")";
    case Expression::Kind::kBinary:
      break;
  }
  const int own = binding(expression);
  const bool is_power = expression.symbol == "^";
  // the power binds to the right, and its exponent may carry a minus; the others bind to the left
  return operand(*expression.left, is_power ? own + 1 : own) + " " + expression.symbol + " " +
         operand(*expression.right, is_power ? 3 : own + 1);
}

double evaluate(const Expression& expression, double x, double y) {
  switch (expression.kind) {
    case Expression::Kind::kNumber:
      return std::strtod(expression.symbol.c_str(), nullptr);
    case Expression::Kind::kX:
      return x;
    case Expression::Kind::kY:
      return y;
    default:
      break;
  }
  const double a = evaluate(*expression.left, x, y);
  if (expression.symbol == "sin") return std::sin(a);
  if (expression.symbol == "cos") return std::cos(a);
  if (expression.symbol == "exp") return std::exp(a);
  if (expression.symbol == "abs") return std::fabs(a);
  if (expression.symbol == "tanh") return std::tanh(a);
  if (!expression.right) return -a;
  const double b = evaluate(*expression.right, x, y);
  if (expression.symbol == "+") return a + b;
  if (expression.symbol == "-") return a - b;
  if (expression.symbol == "*") return a * b;
  return expression.symbol == "/" ? a / b : std::pow(a, b);
}

/// Whether nothing on the way is so large, so small or so undefined that float32 parts from double.
bool is_regular(const Expression& expression, double x, double y) {
  const double size = std::fabs(evaluate(expression, x, y));
  return size > 1e-3 && size < 1e3 && (!expression.left || is_regular(*expression.left, x, y)) &&
         (!expression.right || is_regular(*expression.right, x, y));
}

bool same_bits(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(RandomFormula, MeansWhatItsTreeMeans) {
  Generator generator(4);
  int compared = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::unique_ptr<Expression> tree = draw(generator, 4);
    const std::string sparse = print(*tree, false);
    const std::string full = print(*tree, true);
    if (full.size() > static_cast<std::size_t>(kMaxFormulaLength)) continue;
    const float x = 0.25F + generator.uniform();
    const float y = 0.25F + generator.uniform();
    // parentheses that the grammar does not need change nothing
    const Evaluated from_sparse = evaluate(sparse, x, y);
    const Evaluated from_full = evaluate(full, x, y);
    ASSERT_TRUE(same_bits(from_sparse.value, from_full.value)) << sparse << "\n" << full;
    ASSERT_TRUE(same_bits(from_sparse.dx, from_full.dx)) << sparse << "\n" << full;
    // and the value is the tree's, where float32 can tell
    const double expected = evaluate(*tree, static_cast<double>(x), static_cast<double>(y));
    if (!is_regular(*tree, static_cast<double>(x), static_cast<double>(y))) continue;
    EXPECT_NEAR(from_sparse.value, expected, 2e-4 * std::fabs(expected)) << sparse;
    ++compared;
  }
  EXPECT_GT(compared, 1500);
}

TEST(RandomFormula, HasTheGradientOfItsValue) {
  // central differences of the tree in double against backward in float32
  Generator generator(5);
  int compared = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::unique_ptr<Expression> tree = draw(generator, 3);
    const double x = 0.5 + static_cast<double>(generator.uniform());
    const double y = 0.5 + static_cast<double>(generator.uniform());
    const auto slope = [&](double step) {
      return (evaluate(*tree, x + step, y) - evaluate(*tree, x - step, y)) / (2 * step);
    };
    const double numeric = slope(1e-5);
    // at a kink (abs) the differences of two steps disagree
    const bool is_smooth = std::fabs(numeric - slope(1e-4)) < 1e-4 * (1.0 + std::fabs(numeric));
    if (!is_smooth || !is_regular(*tree, x, y)) continue;
    const Evaluated evaluated =
        evaluate(print(*tree, false), static_cast<float>(x), static_cast<float>(y));
    EXPECT_NEAR(evaluated.dx, numeric, 2e-3 * (1.0 + std::fabs(numeric))) << print(*tree, false);
    ++compared;
  }
  EXPECT_GT(compared, 500);
}

}  // namespace
}  // namespace steplab
