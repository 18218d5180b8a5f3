// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "steplab/autograd/graph.hpp"
#include "support/parameters.hpp"

// Every text here is what PyTorch 2.13 prints for the same calls.

namespace steplab {
namespace {

const std::string kSecondBackward =
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you call "
    ".backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the "
    "graph a second time or if you need to access saved tensors after calling backward.";

std::string modified_in_place(const std::string& what) {
  return "one of the variables needed for gradient computation has been modified by an inplace "
         "operation: " +
         what +
         " instead. Hint: enable anomaly detection to find the operation that failed to compute "
         "its "
         "gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).";
}

void expect_error(const Status& status, const std::string& message) {
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kAutograd);
  EXPECT_EQ(status.error().message, message);
}

// What becomes of backward when x was changed in place since forward.
struct Modification {
  Parameter x = scalar_parameter("x", 0.5F);
  Parameter y = scalar_parameter("y", 0.75F);
  Graph graph;
  Node a = graph.parameter(x);
  Node b = graph.parameter(y);

  Status backward_after_change(Node root, Parameter& changed) {
    graph.forward();
    changed.bump_version();
    return graph.backward(root);
  }
};

TEST(AutogradError, SecondBackward) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node root = graph.multiply(graph.parameter(x), graph.parameter(x));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  expect_error(graph.backward(root), kSecondBackward);
  EXPECT_EQ(x.grad().span()[0], 6.0F);
  graph.forward();
  EXPECT_TRUE(graph.backward(root).ok());
}

TEST(AutogradError, SecondBackwardThroughWhatSavedOnlyANumber) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node root = graph.divide(graph.parameter(x), graph.constant(2.0F));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  expect_error(graph.backward(root), kSecondBackward);
}

TEST(AutogradError, SecondBackwardThroughASharedPart) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node shared = graph.exp(graph.parameter(x));
  const Node first = graph.negate(shared);
  const Node second = graph.add(shared, shared);
  graph.forward();
  ASSERT_TRUE(graph.backward(first).ok());
  expect_error(graph.backward(second), kSecondBackward);
}

TEST(AutogradError, AnErrorComesTooLateForWhatWasReachedBefore) {
  Parameter x = scalar_parameter("x", 3.0F);
  Parameter y = scalar_parameter("y", 3.0F);
  Graph graph;
  const Node b = graph.parameter(y);
  const Node root = graph.add(graph.parameter(x), graph.multiply(b, b));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  expect_error(graph.backward(root), kSecondBackward);
  EXPECT_EQ(x.grad().span()[0], 2.0F);
  EXPECT_EQ(y.grad().span()[0], 6.0F);
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(y.grad().span()[0], 12.0F);
}

TEST(AutogradError, ModifiedScalar) {
  Modification m;
  m.x.set_version(7);
  const Node root = m.graph.power(m.a, m.graph.constant(2.0F));
  expect_error(m.backward_after_change(root, m.x),
               modified_in_place("[torch.FloatTensor []] is at version 8; expected version 7"));
  EXPECT_FALSE(m.x.has_grad());
}

TEST(AutogradError, ModifiedWeight) {
  Parameter w0 = parameter_of("0.weight", {8, 3}, std::vector<float>(24, 0.1F));
  Parameter b0 = parameter_of("0.bias", {8}, std::vector<float>(8));
  Parameter w1 = parameter_of("2.weight", {5, 8}, std::vector<float>(40, 0.1F));
  Parameter b1 = parameter_of("2.bias", {5}, std::vector<float>(5));
  Graph graph;
  const Node x = graph.input({4, 3});
  const Node hidden = graph.tanh(graph.linear(x, graph.parameter(w0), graph.parameter(b0)));
  const Node root = graph.sum(graph.linear(hidden, graph.parameter(w1), graph.parameter(b1)));
  w1.set_version(1);

  // Neither the first weight nor a bias is needed by any gradient.
  graph.forward();
  w0.bump_version();
  b0.bump_version();
  b1.bump_version();
  EXPECT_TRUE(graph.backward(root).ok());

  graph.forward();
  w1.bump_version();
  expect_error(
      graph.backward(root),
      modified_in_place("[torch.FloatTensor [8, 5]], which is output 0 of AsStrided, is at "
                        "version 2; expected version 1"));

  w1.set_requires_grad(false);
  graph.forward();
  w1.bump_version();
  expect_error(graph.backward(root),
               modified_in_place("[torch.FloatTensor [8, 5]] is at version 3; expected version 2"));
}

TEST(AutogradError, ModifiedInputOfALinearLayer) {
  Parameter x = parameter_of("x", {4, 3}, std::vector<float>(12, 1.0F));
  Parameter w = parameter_of("0.weight", {2, 3}, std::vector<float>(6, 0.1F));
  Parameter b = parameter_of("0.bias", {2}, std::vector<float>(2));
  Graph graph;
  const Node root =
      graph.sum(graph.linear(graph.parameter(x), graph.parameter(w), graph.parameter(b)));
  graph.forward();
  x.bump_version();
  expect_error(graph.backward(root),
               modified_in_place("[torch.FloatTensor [4, 3]] is at version 1; expected version 0"));
}

// Which operations mind that an operand was changed, exactly as PyTorch's derivatives.yaml says.
struct UnarySaving {
  Node (Graph::*record)(Node);
  bool minds;
};

TEST(AutogradError, UnaryOperationsThatSaveTheirOperand) {
  const UnarySaving rules[] = {
      {&Graph::negate, false}, {&Graph::exp, false},     {&Graph::log, true},
      {&Graph::sin, true},     {&Graph::cos, true},      {&Graph::tan, false},
      {&Graph::tanh, false},   {&Graph::sqrt, false},    {&Graph::abs, true},
      {&Graph::relu, false},   {&Graph::sigmoid, false}, {&Graph::sum, false},
      {&Graph::mean, false}};
  int index = 0;
  for (const UnarySaving& rule : rules) {
    Modification m;
    const Node root = (m.graph.*rule.record)(m.a);
    EXPECT_EQ(m.backward_after_change(root, m.x).ok(), !rule.minds) << "rule " << index;
    ++index;
  }
}

TEST(AutogradError, BinaryOperationsThatSaveTheirOperands) {
  using Record = std::function<Node(Modification&)>;
  struct Rule {
    const char* name;
    Record record;
    bool minds_x;
    bool minds_y;
  };
  const auto two = [](Modification& m) { return m.graph.constant(2.0F); };
  const Rule rules[] = {
      {"x + y", [](Modification& m) { return m.graph.add(m.a, m.b); }, false, false},
      {"x - y", [](Modification& m) { return m.graph.subtract(m.a, m.b); }, false, false},
      {"x * y", [](Modification& m) { return m.graph.multiply(m.a, m.b); }, true, true},
      {"x * 2", [&](Modification& m) { return m.graph.multiply(m.a, two(m)); }, false, false},
      {"x / y", [](Modification& m) { return m.graph.divide(m.a, m.b); }, true, true},
      {"x / 2", [&](Modification& m) { return m.graph.divide(m.a, two(m)); }, false, false},
      {"2 / x", [&](Modification& m) { return m.graph.divide(two(m), m.a); }, false, false},
      {"x ** y", [](Modification& m) { return m.graph.power(m.a, m.b); }, true, true},
      {"x ** 2", [&](Modification& m) { return m.graph.power(m.a, two(m)); }, true, false},
      {"2 ** x", [&](Modification& m) { return m.graph.power(two(m), m.a); }, true, false},
      {"mse", [](Modification& m) { return m.graph.mse_loss(m.a, m.b); }, true, true}};
  for (const Rule& rule : rules) {
    Modification x_changes;
    EXPECT_EQ(x_changes.backward_after_change(rule.record(x_changes), x_changes.x).ok(),
              !rule.minds_x)
        << rule.name;
    Modification y_changes;
    const Node root = y_changes.graph.add(rule.record(y_changes), y_changes.b);
    EXPECT_EQ(y_changes.backward_after_change(root, y_changes.y).ok(), !rule.minds_y) << rule.name;
  }
}

TEST(AutogradError, AFrozenFactorsPartnerIsNotSaved) {
  Modification m;
  m.y.set_requires_grad(false);
  const Node root = m.graph.multiply(m.a, m.b);
  EXPECT_TRUE(m.backward_after_change(root, m.x).ok());
  EXPECT_FALSE(m.backward_after_change(root, m.y).ok());
}

TEST(AutogradError, TheReciprocalOfTheForwardIsUsed) {
  Modification m;
  const Node root = m.graph.divide(m.graph.constant(1.0F), m.a);
  m.graph.forward();
  m.x.mutable_value().fill(100.0F);
  m.x.bump_version();
  ASSERT_TRUE(m.graph.backward(root).ok());
  EXPECT_EQ(m.x.grad().span()[0], -4.0F);
}

TEST(AutogradError, NothingRequiresAGradient) {
  Modification m;
  m.x.set_requires_grad(false);
  m.y.set_requires_grad(false);
  const Node root = m.graph.multiply(m.a, m.b);
  m.graph.forward();
  expect_error(m.graph.backward(root),
               "element 0 of tensors does not require grad and does not have a grad_fn");
}

TEST(AutogradError, RootThatIsNoScalar) {
  Parameter x = parameter_of("x", {2}, {1.0F, 2.0F});
  Graph graph;
  const Node root = graph.exp(graph.parameter(x));
  graph.forward();
  expect_error(graph.backward(root), "grad can be implicitly created only for scalar outputs");
}

TEST(AutogradError, BackwardBeforeForward) {
  Modification m;
  const Node root = m.graph.multiply(m.a, m.b);
  EXPECT_FALSE(m.graph.is_alive());
  EXPECT_FALSE(m.graph.backward(root).ok());
}

}  // namespace
}  // namespace steplab
