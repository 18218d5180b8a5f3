// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <vector>

#include "steplab/autograd/graph.hpp"
#include "support/parameters.hpp"

namespace steplab {
namespace {

std::vector<std::byte> saved(Graph& graph) {
  Archive measuring = Archive::measuring();
  graph.archive(measuring);
  std::vector<std::byte> bytes(measuring.bytes());
  Archive saving = Archive::saving(bytes);
  graph.archive(saving);
  EXPECT_EQ(saving.bytes(), bytes.size());
  return bytes;
}

void restore(Graph& graph, std::vector<std::byte>& bytes) {
  Archive restoring = Archive::restoring(bytes);
  graph.archive(restoring);
  EXPECT_EQ(restoring.bytes(), bytes.size());
}

struct Classifier {
  Parameter weight = parameter_of("0.weight", {3, 2}, {0.5F, -1.0F, 0.25F, 2.0F, 1.0F, -0.5F});
  Parameter bias = parameter_of("0.bias", {3}, {0.1F, 0.2F, 0.3F});
  Graph graph;
  Node x = graph.input({2, 2});
  Node labels = graph.input({2});
  Node root =
      graph.cross_entropy(graph.linear(x, graph.parameter(weight), graph.parameter(bias)), labels);

  void fill(float shift) {
    for (std::size_t i = 0; i < 4; ++i) graph.value(x)[i] = shift + static_cast<float>(i);
    graph.value(labels)[0] = 2.0F;
    graph.value(labels)[1] = 0.0F;
  }
};

TEST(GraphArchive, BackwardAfterRestoringIsBackwardOfThatForward) {
  Classifier expected;
  expected.fill(0.5F);
  expected.graph.forward();
  ASSERT_TRUE(expected.graph.backward(expected.root).ok());

  Classifier replayed;
  replayed.fill(0.5F);
  replayed.graph.forward();
  std::vector<std::byte> snapshot = saved(replayed.graph);
  ASSERT_TRUE(replayed.graph.backward(replayed.root).ok());
  replayed.fill(-7.0F);
  replayed.graph.forward();
  ASSERT_TRUE(replayed.graph.backward(replayed.root).ok());

  restore(replayed.graph, snapshot);
  EXPECT_TRUE(replayed.graph.is_alive());
  EXPECT_EQ(replayed.graph.value(replayed.x)[0], 0.5F);
  EXPECT_EQ(replayed.graph.value(replayed.root)[0], expected.graph.value(expected.root)[0]);
  replayed.weight.drop_grad();
  replayed.bias.drop_grad();
  ASSERT_TRUE(replayed.graph.backward(replayed.root).ok());
  EXPECT_EQ(grad_of(replayed.weight), grad_of(expected.weight));
  EXPECT_EQ(grad_of(replayed.bias), grad_of(expected.bias));
}

TEST(GraphArchive, HoldsThatAGraphWasConsumed) {
  Classifier task;
  task.fill(0.5F);
  task.graph.forward();
  ASSERT_TRUE(task.graph.backward(task.root).ok());
  std::vector<std::byte> snapshot = saved(task.graph);
  task.graph.forward();
  restore(task.graph, snapshot);
  EXPECT_FALSE(task.graph.is_alive());
  EXPECT_FALSE(task.graph.backward(task.root).ok());
}

TEST(GraphArchive, HoldsVersions) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node root = graph.multiply(graph.parameter(x), graph.parameter(x));
  graph.forward();
  std::vector<std::byte> snapshot = saved(graph);
  x.bump_version();
  graph.forward();
  restore(graph, snapshot);
  EXPECT_FALSE(graph.backward(root).ok());
  x.set_version(0);
  restore(graph, snapshot);
  EXPECT_TRUE(graph.backward(root).ok());
}

TEST(GraphArchive, HoldsWhatRequiredAGradient) {
  Parameter x = scalar_parameter("x", 3.0F);
  Graph graph;
  const Node root = graph.exp(graph.parameter(x));
  x.set_requires_grad(false);
  graph.forward();
  std::vector<std::byte> snapshot = saved(graph);
  x.set_requires_grad(true);
  graph.forward();
  restore(graph, snapshot);
  EXPECT_FALSE(graph.backward(root).ok());
}

}  // namespace
}  // namespace steplab
