// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "steplab/autograd/graph.hpp"
#include "support/parameters.hpp"

namespace steplab {
namespace {

using testing::FloatEq;
using testing::FloatNear;
using testing::Pointwise;

std::vector<float> value_of(const Graph& graph, Node node) {
  const auto value = graph.value(node);
  return {value.begin(), value.end()};
}

void fill(Graph& graph, Node node, const std::vector<float>& values) {
  std::copy(values.begin(), values.end(), graph.value(node).begin());
}

TEST(Value, ShapesBroadcast) {
  Graph graph;
  const Node matrix = graph.input({2, 3});
  const Node number = graph.constant(2.0F);
  EXPECT_EQ(graph.shape(graph.add(matrix, number)), (Shape{2, 3}));
  EXPECT_EQ(graph.shape(graph.add(number, matrix)), (Shape{2, 3}));
  EXPECT_EQ(graph.shape(graph.add(number, number)), Shape{});
  EXPECT_EQ(graph.shape(graph.sum(matrix)), Shape{});
  const Node single = graph.input({1});
  EXPECT_EQ(graph.shape(graph.add(number, single)), Shape{1});
}

TEST(Value, AParameterIsOneLeafAndSeesNewValues) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  EXPECT_EQ(graph.parameter(x).index, graph.parameter(x).index);
  const Node root = graph.negate(graph.parameter(x));
  graph.forward();
  EXPECT_EQ(graph.value(root)[0], -3.0F);
  x.mutable_value().fill(4.0F);
  graph.forward();
  EXPECT_EQ(graph.value(root)[0], -4.0F);
}

TEST(Value, MovedGraphsWork) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph recorded;
  const Node root = recorded.negate(recorded.parameter(x));
  Graph graph = std::move(recorded);
  graph.forward();
  EXPECT_TRUE(graph.backward(root).ok());
  EXPECT_EQ(graph.value(root)[0], -3.0F);
}

// The numbers of the next two tests are PyTorch 2.13's.
struct Layer {
  Parameter weight = parameter_of(
      "weight", {4, 3},
      {0.5F, -0.25F, 1.0F, 1.0F, 2.0F, -0.5F, 0.125F, 0.75F, 0.25F, -1.0F, 0.5F, 0.5F});
  Parameter bias = parameter_of("bias", {4}, {0.1F, 0.2F, 0.3F, 0.4F});
  Graph graph;
  Node x = graph.input({2, 3});
  Node output = graph.linear(x, graph.parameter(weight), graph.parameter(bias));

  Layer() { fill(graph, x, {0.5F, -1.0F, 2.0F, 1.5F, 0.25F, -0.75F}); }
};

TEST(Value, LinearAndCrossEntropyAsPyTorch) {
  Layer layer;
  const Node labels = layer.graph.input({2});
  fill(layer.graph, labels, {2.0F, 0.0F});
  const Node root = layer.graph.cross_entropy(layer.output, labels);
  layer.graph.forward();
  EXPECT_THAT(value_of(layer.graph, layer.output),
              Pointwise(FloatEq(), std::vector<float>{2.6F, -2.3F, 0.11250001F, 0.4F, 0.037500001F,
                                                      2.575F, 0.48750001F, -1.35F}));
  EXPECT_FLOAT_EQ(layer.graph.value(root)[0], 2.704802989959717F);
  ASSERT_TRUE(layer.graph.backward(root).ok());
  EXPECT_THAT(
      grad_of(layer.bias),
      Pointwise(FloatNear(1e-7F), std::vector<float>{-0.051478564739227295F, 0.41199591755867004F,
                                                     -0.4147052764892578F, 0.054187942296266556F}));
  EXPECT_THAT(grad_of(layer.weight),
              Pointwise(FloatNear(2e-7F),
                        std::vector<float>{
                            -0.4934103488922119F, -0.5331102609634399F, 1.1831382513046265F,
                            0.614894688129425F, 0.0991249680519104F, -0.3004741072654724F,
                            -0.15665078163146973F, 0.4780825972557068F, -0.9688406586647034F,
                            0.03516646474599838F, -0.04409732669591904F, 0.08617652952671051F}));
}

TEST(Value, SquaredErrorAsPyTorch) {
  Layer layer;
  const Node target = layer.graph.input({2, 4});
  fill(layer.graph, target, {0.0F, 1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F});
  const Node root = layer.graph.mse_loss(layer.output, target);
  layer.graph.forward();
  EXPECT_FLOAT_EQ(layer.graph.value(root)[0], 18.708105087280273F);
  ASSERT_TRUE(layer.graph.backward(root).ok());
  EXPECT_THAT(grad_of(layer.bias),
              Pointwise(FloatEq(), std::vector<float>{-0.3406250476837158F, -1.431249976158142F,
                                                      -1.8499999046325684F, -2.7375001907348633F}));
}

TEST(Value, ALabelThatIsNoClassGivesNan) {
  Layer layer;
  const Node labels = layer.graph.input({2});
  const Node root = layer.graph.cross_entropy(layer.output, labels);
  for (const float label : {-1.0F, 4.0F, 0.5F, 1e30F, NAN}) {
    fill(layer.graph, labels, {0.0F, label});
    layer.graph.forward();
    EXPECT_TRUE(std::isnan(layer.graph.value(root)[0])) << label;
    EXPECT_TRUE(layer.graph.backward(root).ok());
  }
}

TEST(Value, LargeLogitsDoNotOverflow) {
  Graph graph;
  const Node logits = graph.input({1, 3});
  const Node labels = graph.input({1});
  const Node root = graph.cross_entropy(logits, labels);
  fill(graph, logits, {1000.0F, 999.0F, -1000.0F});
  fill(graph, labels, {1.0F});
  graph.forward();
  EXPECT_FLOAT_EQ(graph.value(root)[0], 1.3132617F);
}

}  // namespace
}  // namespace steplab
