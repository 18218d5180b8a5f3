// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "steplab/autograd/graph.hpp"
#include "support/parameters.hpp"

namespace steplab {
namespace {

using testing::ElementsAre;

struct Rosenbrock {
  Parameter x = scalar_parameter("x", -1.5F);
  Parameter y = scalar_parameter("y", 2.0F);
  Graph graph;
  Node root;

  Rosenbrock() {
    const Node a = graph.parameter(x);
    const Node b = graph.parameter(y);
    const Node two = graph.constant(2.0F);
    const Node first = graph.power(graph.subtract(graph.constant(1.0F), a), two);
    const Node second = graph.power(graph.subtract(b, graph.power(a, two)), two);
    root = graph.add(first, graph.multiply(graph.constant(100.0F), second));
  }
};

TEST(Backward, Rosenbrock) {
  Rosenbrock problem;
  problem.graph.forward();
  EXPECT_EQ(problem.graph.value(problem.root)[0], 12.5F);
  ASSERT_TRUE(problem.graph.backward(problem.root).ok());
  // -2(1 - x) - 400x(y - x²) and 200(y - x²)
  EXPECT_THAT(grad_of(problem.x), ElementsAre(-155.0F));
  EXPECT_THAT(grad_of(problem.y), ElementsAre(-50.0F));
}

TEST(Backward, AccumulatesOverSteps) {
  Rosenbrock problem;
  for (int i = 1; i <= 3; ++i) {
    problem.graph.forward();
    ASSERT_TRUE(problem.graph.backward(problem.root).ok());
    EXPECT_EQ(problem.y.grad().span()[0], -50.0F * static_cast<float>(i));
  }
  problem.y.drop_grad();
  problem.graph.forward();
  ASSERT_TRUE(problem.graph.backward(problem.root).ok());
  EXPECT_EQ(problem.y.grad().span()[0], -50.0F);
  EXPECT_EQ(problem.x.grad().span()[0], -620.0F);
}

TEST(Backward, FirstGradientIsACopyThatKeepsNegativeZero) {
  Parameter x = scalar_parameter("x", 1.0F);
  Graph graph;
  const Node root = graph.multiply(graph.parameter(x), graph.constant(-0.0F));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_TRUE(std::signbit(x.grad().span()[0]));
}

TEST(Backward, LeavesTheGradientOfAFrozenParameterNone) {
  Rosenbrock problem;
  problem.x.set_requires_grad(false);
  problem.graph.forward();
  ASSERT_TRUE(problem.graph.backward(problem.root).ok());
  EXPECT_FALSE(problem.x.has_grad());
  EXPECT_TRUE(problem.y.has_grad());
}

TEST(Backward, GivesNothingToAParameterFrozenSinceForward) {
  Rosenbrock problem;
  problem.graph.forward();
  problem.x.set_requires_grad(false);
  ASSERT_TRUE(problem.graph.backward(problem.root).ok());
  EXPECT_FALSE(problem.x.has_grad());
  EXPECT_TRUE(problem.y.has_grad());
}

TEST(Backward, LeavesTheGradientOfAnUnusedParameterNone) {
  Parameter used = scalar_parameter("used", 3.0F);
  Parameter unused = scalar_parameter("unused", 4.0F);
  Graph graph;
  const Node a = graph.parameter(used);
  const Node b = graph.parameter(unused);
  const Node root = graph.multiply(a, a);
  graph.multiply(b, b);
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(used.grad().span()[0], 6.0F);
  EXPECT_FALSE(unused.has_grad());
}

TEST(Backward, ReluThatIsDeadGivesZerosAndNotNone) {
  Parameter x = scalar_parameter("x", -1.0F);
  Graph graph;
  const Node root = graph.relu(graph.parameter(x));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  ASSERT_TRUE(x.has_grad());
  EXPECT_EQ(x.grad().span()[0], 0.0F);
}

TEST(Backward, SumsTheUsesOfALeafBeforeItAddsThem) {
  // grad 1 + (2^-24 + 2^-24): added one by one, each half of an ulp would be lost.
  Parameter x = scalar_parameter("x", 1.0F);
  Graph graph;
  const Node leaf = graph.parameter(x);
  const Node tiny = graph.constant(0x1p-24F);
  const Node root = graph.add(graph.multiply(leaf, tiny), graph.multiply(leaf, tiny));
  x.materialize_grad().fill(1.0F);
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(x.grad().span()[0], 1.0F + 0x1p-23F);
}

TEST(Backward, ANodeUsedSeveralTimesCollects) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node square = graph.multiply(graph.parameter(x), graph.parameter(x));
  const Node root = graph.add(graph.multiply(square, square), square);  // x⁴ + x²
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(x.grad().span()[0], 4.0F * 27.0F + 6.0F);
}

TEST(Backward, RetainedGraphGoesTwice) {
  Rosenbrock problem;
  problem.graph.forward();
  ASSERT_TRUE(problem.graph.backward(problem.root, /*retain_graph=*/true).ok());
  EXPECT_TRUE(problem.graph.is_alive());
  ASSERT_TRUE(problem.graph.backward(problem.root).ok());
  EXPECT_FALSE(problem.graph.is_alive());
  EXPECT_EQ(problem.y.grad().span()[0], -100.0F);
}

TEST(Backward, AGraphThatSavedNothingGoesTwice) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node root = graph.add(graph.parameter(x), graph.parameter(x));
  graph.forward();
  ASSERT_TRUE(graph.backward(root).ok());
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(x.grad().span()[0], 4.0F);
}

TEST(Backward, TwoRootsOfOneGraph) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node leaf = graph.parameter(x);
  const Node square = graph.multiply(leaf, leaf);
  const Node negated = graph.negate(leaf);
  graph.forward();
  ASSERT_TRUE(graph.backward(square).ok());
  EXPECT_EQ(x.grad().span()[0], 6.0F);
  ASSERT_TRUE(graph.backward(negated).ok());
  EXPECT_EQ(x.grad().span()[0], 5.0F);
}

TEST(Backward, OfAParameterItself) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node leaf = graph.parameter(x);
  graph.forward();
  ASSERT_TRUE(graph.backward(leaf).ok());
  EXPECT_EQ(x.grad().span()[0], 1.0F);
}

TEST(Backward, AScalarThatStoodForManyGetsTheSum) {
  Parameter x = parameter_of("x", {3}, {1.0F, 2.0F, 3.0F});
  Parameter s = scalar_parameter("s", 10.0F);
  Graph graph;
  const Node root = graph.sum(graph.multiply(graph.parameter(s), graph.parameter(x)));
  graph.forward();
  EXPECT_EQ(graph.value(root)[0], 60.0F);
  ASSERT_TRUE(graph.backward(root).ok());
  EXPECT_THAT(grad_of(x), ElementsAre(10.0F, 10.0F, 10.0F));
  EXPECT_THAT(grad_of(s), ElementsAre(6.0F));
}

}  // namespace
}  // namespace steplab
