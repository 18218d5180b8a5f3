// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "steplab/autograd/graph.hpp"
#include "support/gradient_check.hpp"
#include "support/parameters.hpp"

namespace steplab {
namespace {

// Five elements, so that a full vector and a rest are computed.
constexpr std::size_t kSize = 5;

struct UnaryCase {
  std::string name;
  Node (Graph::*record)(Node);
  std::vector<float> at;
  double (*derivative)(double);
};

class UnaryGradient : public testing::TestWithParam<UnaryCase> {};

TEST_P(UnaryGradient, IsTheClosedForm) {
  const UnaryCase& c = GetParam();
  Parameter x = parameter_of("x", {kSize}, c.at);
  Graph graph;
  const Node root = graph.sum((graph.*c.record)(graph.parameter(x)));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  for (std::size_t i = 0; i < kSize; ++i) {
    const double exact = c.derivative(c.at[i]);
    EXPECT_NEAR(x.grad().span()[i], exact, 2e-6 * std::max(1.0, std::fabs(exact))) << c.at[i];
  }
}

TEST_P(UnaryGradient, AgreesWithDifferences) {
  const UnaryCase& c = GetParam();
  Parameter x = parameter_of("x", {kSize}, c.at);
  Graph graph;
  // Different weights, so that a gradient that went to the wrong element shows.
  const Node weights = graph.input({kSize});
  for (std::size_t i = 0; i < kSize; ++i)
    graph.value(weights)[i] = 1.0F - 0.3F * static_cast<float>(i);
  const Node root = graph.sum(graph.multiply((graph.*c.record)(graph.parameter(x)), weights));
  expect_gradients_match_differences(graph, root, {&x}, 5e-3, 4e-3F);
}

const std::vector<float> kAnywhere = {-1.2F, -0.4F, 0.3F, 0.9F, 1.3F};
const std::vector<float> kPositive = {0.2F, 0.5F, 1.0F, 1.7F, 3.0F};

INSTANTIATE_TEST_SUITE_P(
    All, UnaryGradient,
    testing::Values(
        UnaryCase{"negate", &Graph::negate, kAnywhere, [](double) { return -1.0; }},
        UnaryCase{"exp", &Graph::exp, kAnywhere, [](double x) { return std::exp(x); }},
        UnaryCase{"log", &Graph::log, kPositive, [](double x) { return 1.0 / x; }},
        UnaryCase{"sin", &Graph::sin, kAnywhere, [](double x) { return std::cos(x); }},
        UnaryCase{"cos", &Graph::cos, kAnywhere, [](double x) { return -std::sin(x); }},
        UnaryCase{"tan", &Graph::tan, kAnywhere,
                  [](double x) { return 1.0 + std::tan(x) * std::tan(x); }},
        UnaryCase{"tanh", &Graph::tanh, kAnywhere,
                  [](double x) { return 1.0 - std::tanh(x) * std::tanh(x); }},
        UnaryCase{"sqrt", &Graph::sqrt, kPositive, [](double x) { return 0.5 / std::sqrt(x); }},
        UnaryCase{"abs", &Graph::abs, kAnywhere, [](double x) { return x < 0.0 ? -1.0 : 1.0; }},
        UnaryCase{"relu", &Graph::relu, kAnywhere, [](double x) { return x < 0.0 ? 0.0 : 1.0; }},
        UnaryCase{"sigmoid", &Graph::sigmoid, kAnywhere,
                  [](double x) {
                    const double s = 1.0 / (1.0 + std::exp(-x));
                    return s * (1.0 - s);
                  }},
        UnaryCase{"sum", &Graph::sum, kAnywhere, [](double) { return 1.0; }},
        UnaryCase{"mean", &Graph::mean, kAnywhere, [](double) { return 0.2; }}),
    [](const auto& tested) { return tested.param.name; });

struct BinaryCase {
  std::string name;
  Node (Graph::*record)(Node, Node);
  double (*a_derivative)(double, double);
  double (*b_derivative)(double, double);
};

class BinaryGradient : public testing::TestWithParam<BinaryCase> {
 protected:
  // Both sides whole, then either one a scalar.
  void for_each_shape(const std::function<void(Parameter&, Parameter&)>& body) {
    const std::vector<float> left = {0.7F, 1.1F, 2.0F, 0.4F, 1.6F};
    const std::vector<float> right = {1.5F, -0.6F, 0.8F, 2.2F, -1.0F};
    Parameter a = parameter_of("a", {kSize}, left);
    Parameter b = parameter_of("b", {kSize}, right);
    Parameter scalar_a = scalar_parameter("scalar a", 1.3F);
    Parameter scalar_b = scalar_parameter("scalar b", -0.9F);
    body(a, b);
    body(scalar_a, b);
    body(a, scalar_b);
    body(scalar_a, scalar_b);
  }
};

TEST_P(BinaryGradient, IsTheClosedForm) {
  const BinaryCase& c = GetParam();
  for_each_shape([&](Parameter& a, Parameter& b) {
    a.drop_grad();
    b.drop_grad();
    Graph graph;
    const Node root = graph.sum((graph.*c.record)(graph.parameter(a), graph.parameter(b)));
    graph.forward();
    ASSERT_TRUE(graph.backward(root).ok());
    const std::size_t size = std::max(a.value().size(), b.value().size());
    std::vector<double> a_grad(a.value().size());
    std::vector<double> b_grad(b.value().size());
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t ai = i % a_grad.size();
      const std::size_t bi = i % b_grad.size();
      const double x = a.value().span()[ai];
      const double y = b.value().span()[bi];
      a_grad[ai] += c.a_derivative(x, y);
      b_grad[bi] += c.b_derivative(x, y);
    }
    for (std::size_t i = 0; i < a_grad.size(); ++i) {
      EXPECT_NEAR(a.grad().span()[i], a_grad[i], 3e-6 * std::max(1.0, std::fabs(a_grad[i])));
    }
    for (std::size_t i = 0; i < b_grad.size(); ++i) {
      EXPECT_NEAR(b.grad().span()[i], b_grad[i], 3e-6 * std::max(1.0, std::fabs(b_grad[i])));
    }
  });
}

TEST_P(BinaryGradient, AgreesWithDifferences) {
  const BinaryCase& c = GetParam();
  for_each_shape([&](Parameter& a, Parameter& b) {
    Graph graph;
    const Node root = graph.mean((graph.*c.record)(graph.parameter(a), graph.parameter(b)));
    expect_gradients_match_differences(graph, root, {&a, &b}, 5e-3, 4e-3F);
  });
}

INSTANTIATE_TEST_SUITE_P(
    All, BinaryGradient,
    testing::Values(BinaryCase{"add", &Graph::add, [](double, double) { return 1.0; },
                               [](double, double) { return 1.0; }},
                    BinaryCase{"subtract", &Graph::subtract, [](double, double) { return 1.0; },
                               [](double, double) { return -1.0; }},
                    BinaryCase{"multiply", &Graph::multiply, [](double, double y) { return y; },
                               [](double x, double) { return x; }},
                    BinaryCase{"divide", &Graph::divide, [](double, double y) { return 1.0 / y; },
                               [](double x, double y) { return -x / (y * y); }},
                    BinaryCase{"power", &Graph::power,
                               [](double x, double y) { return y * std::pow(x, y - 1.0); },
                               [](double x, double y) { return std::pow(x, y) * std::log(x); }}),
    [](const auto& tested) { return tested.param.name; });

TEST(Gradient, OfANumberDividedByATensor) {
  Parameter x = parameter_of("x", {kSize}, kPositive);
  Graph graph;
  const Node root = graph.mean(graph.divide(graph.constant(3.0F), graph.parameter(x)));
  expect_gradients_match_differences(graph, root, {&x}, 5e-2, 4e-3F);
  for (std::size_t i = 0; i < kSize; ++i) {
    EXPECT_NEAR(x.grad().span()[i], -0.6 / (kPositive[i] * kPositive[i]), 1e-5);
  }
}

TEST(Gradient, OfConstantPowers) {
  for (const float exponent : {-2.0F, -1.0F, 0.0F, 0.5F, 1.0F, 2.0F, 2.5F, 3.0F, 4.0F, 7.0F}) {
    Parameter x = parameter_of("x", {kSize}, {0.6F, 0.8F, 1.0F, 1.2F, 1.5F});
    Graph graph;
    const Node root = graph.mean(graph.power(graph.parameter(x), graph.constant(exponent)));
    expect_gradients_match_differences(graph, root, {&x}, 5e-3, 2e-3F);
    for (std::size_t i = 0; i < kSize; ++i) {
      const double at = x.value().span()[i];
      const double exact = exponent * std::pow(at, exponent - 1.0) / kSize;
      EXPECT_NEAR(x.grad().span()[i], exact, 3e-6 * std::max(1.0, std::fabs(exact)));
    }
  }
}

TEST(Gradient, OfIntegerPowersOfNegativeBases) {
  for (const float exponent : {-3.0F, -2.0F, 2.0F, 3.0F, 4.0F, 5.0F}) {
    Parameter x = scalar_parameter("x", -1.25F);
    Graph graph;
    const Node root = graph.power(graph.parameter(x), graph.constant(exponent));
    graph.forward();
    EXPECT_FLOAT_EQ(graph.value(root)[0], static_cast<float>(std::pow(-1.25, exponent)));
    ASSERT_TRUE(graph.backward(root).ok());
    EXPECT_FLOAT_EQ(x.grad().span()[0],
                    static_cast<float>(exponent * std::pow(-1.25, exponent - 1.0)));
  }
}

// z ** e of PyTorch for z = 0, 0, 0, -1, -0 and e = 0, 2, -1, 2, 0.5.
TEST(Gradient, OfPowersAtPyTorchsSpecialCases) {
  const float infinity = INFINITY;
  Parameter z = parameter_of("z", {5}, {0.0F, 0.0F, 0.0F, -1.0F, -0.0F});
  Parameter e = parameter_of("e", {5}, {0.0F, 2.0F, -1.0F, 2.0F, 0.5F});
  Graph graph;
  const Node power = graph.power(graph.parameter(z), graph.parameter(e));
  const Node root = graph.sum(power);
  graph.forward();
  const auto value = graph.value(power);
  EXPECT_EQ(std::vector<float>(value.begin(), value.end()),
            (std::vector<float>{1.0F, 0.0F, infinity, 1.0F, 0.0F}));
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(grad_of(z), (std::vector<float>{0.0F, 0.0F, -infinity, -2.0F, infinity}));
  const std::vector<float> exponent_grad = grad_of(e);
  EXPECT_EQ(exponent_grad[0], 0.0F);
  EXPECT_EQ(exponent_grad[1], 0.0F);
  EXPECT_EQ(exponent_grad[2], -infinity);
  EXPECT_TRUE(std::isnan(exponent_grad[3]));
  EXPECT_EQ(exponent_grad[4], 0.0F);
}

TEST(Gradient, OfKinksIsZero) {
  for (const auto record : {&Graph::abs, &Graph::relu}) {
    Parameter x = parameter_of("x", {2}, {0.0F, -0.0F});
    Graph graph;
    const Node root = graph.sum((graph.*record)(graph.parameter(x)));
    graph.forward();
    ASSERT_TRUE(graph.backward(root).ok());
    EXPECT_EQ(grad_of(x), (std::vector<float>{0.0F, 0.0F}));
  }
}

std::vector<float> wave(std::size_t size, float frequency) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i)
    values[i] = std::sin(frequency * static_cast<float>(i + 1));
  return values;
}

TEST(Gradient, OfLinearLayersAndLosses) {
  Parameter x = parameter_of("x", {5, 3}, wave(15, 1.7F));
  Parameter w0 = parameter_of("0.weight", {9, 3}, wave(27, 2.3F));
  Parameter b0 = parameter_of("0.bias", {9}, wave(9, 0.9F));
  Parameter w1 = parameter_of("2.weight", {4, 9}, wave(36, 3.1F));
  Parameter b1 = parameter_of("2.bias", {4}, wave(4, 1.3F));
  Graph graph;
  const Node labels = graph.input({5});
  const std::vector<float> classes = {0.0F, 3.0F, 1.0F, 2.0F, 3.0F};
  std::copy(classes.begin(), classes.end(), graph.value(labels).begin());
  const Node target = graph.input({5, 4});
  const std::vector<float> targets = wave(20, 0.7F);
  std::copy(targets.begin(), targets.end(), graph.value(target).begin());

  const Node hidden =
      graph.tanh(graph.linear(graph.parameter(x), graph.parameter(w0), graph.parameter(b0)));
  const Node output = graph.linear(hidden, graph.parameter(w1), graph.parameter(b1));
  const std::vector<Parameter*> parameters = {&x, &w0, &b0, &w1, &b1};
  expect_gradients_match_differences(graph, graph.cross_entropy(output, labels), parameters);
  expect_gradients_match_differences(graph, graph.mse_loss(output, target), parameters);
  const Node twice = graph.cross_entropy(graph.softmax(output), labels);
  expect_gradients_match_differences(graph, twice, parameters);
}

TEST(Gradient, OfTheSquaredErrorInItsTarget) {
  Parameter prediction = parameter_of("prediction", {3}, {1.0F, 2.0F, 3.0F});
  Parameter target = parameter_of("target", {3}, {0.0F, 4.0F, 3.5F});
  Graph graph;
  const Node root = graph.mse_loss(graph.parameter(prediction), graph.parameter(target));
  expect_gradients_match_differences(graph, root, {&prediction, &target});
}

}  // namespace
}  // namespace steplab
