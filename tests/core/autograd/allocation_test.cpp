// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <memory>

#include "steplab/autograd/graph.hpp"
#include "support/allocation_counter.hpp"
#include "support/parameters.hpp"

namespace steplab {
namespace {

TEST(Allocation, IsCounted) {
  const std::size_t before = support::allocation_count();
  const auto number = std::make_unique<int>(1);
  EXPECT_GT(support::allocation_count(), before);
  EXPECT_EQ(*number, 1);
}

TEST(Allocation, ReplayingAllocatesNothing) {
  Parameter w0 = parameter_of("0.weight", {7, 3}, std::vector<float>(21, 0.1F));
  Parameter b0 = parameter_of("0.bias", {7}, std::vector<float>(7));
  Parameter w1 = parameter_of("2.weight", {5, 7}, std::vector<float>(35, 0.1F));
  Parameter b1 = parameter_of("2.bias", {5}, std::vector<float>(5));
  Parameter s = scalar_parameter("s", 1.5F);
  Graph graph;
  const Node x = graph.input({6, 3});
  const Node labels = graph.input({6});
  const Node scale = graph.parameter(s);
  const Node hidden = graph.tanh(graph.linear(x, graph.parameter(w0), graph.parameter(b0)));
  const Node output =
      graph.linear(graph.multiply(hidden, scale), graph.parameter(w1), graph.parameter(b1));
  const Node penalty = graph.power(scale, graph.constant(2.5F));
  const Node root = graph.add(graph.cross_entropy(output, labels), penalty);

  const std::size_t before = support::allocation_count();
  for (int i = 0; i < 3; ++i) {
    graph.forward();
    const bool retained = graph.backward(root, /*retain_graph=*/true).ok();
    const bool consumed = graph.backward(root).ok();
    for (Parameter* parameter : {&w0, &b0, &w1, &b1, &s}) parameter->drop_grad();
    if (!retained || !consumed) FAIL() << "backward failed";
  }
  EXPECT_EQ(support::allocation_count(), before);
}

}  // namespace
}  // namespace steplab
