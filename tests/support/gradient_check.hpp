// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "steplab/autograd/graph.hpp"

namespace steplab {

/// Expects every parameter's gradient of the scalar `root` to agree with central differences of
/// forward passes, within `tolerance` of the larger of 1 and the gradient. Float32 allows about
/// 2e-3 with the default step. Leaves values as they were and gradients filled.
inline void expect_gradients_match_differences(Graph& graph, Node root,
                                               const std::vector<Parameter*>& parameters,
                                               double tolerance = 2e-3, float step = 1e-2F) {
  for (Parameter* parameter : parameters) parameter->drop_grad();
  graph.forward();
  const Status status = graph.backward(root);
  ASSERT_TRUE(status.ok()) << status.error().message;
  for (Parameter* parameter : parameters) {
    ASSERT_TRUE(parameter->has_grad()) << parameter->name();
    const auto values = parameter->mutable_value().span();
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float center = values[i];
      values[i] = center + step;
      const double above = values[i];
      graph.forward();
      const double high = graph.value(root)[0];
      values[i] = center - step;
      const double below = values[i];
      graph.forward();
      const double low = graph.value(root)[0];
      values[i] = center;
      const double difference = (high - low) / (above - below);
      const double gradient = parameter->grad().span()[i];
      EXPECT_NEAR(gradient, difference, tolerance * std::max(1.0, std::fabs(gradient)))
          << parameter->name() << "[" << i << "] = " << center;
    }
  }
}

}  // namespace steplab
