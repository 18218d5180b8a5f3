// SPDX-License-Identifier: MIT
#include "session/history.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

// Row k holds f(θ_k), whatever the order of the loop: forward first, step first, or no forward at
// all.
TEST(History, LossBelongsToTheParametersOfItsRow) {
  const auto session = session_of(R"({"version": 1, "steps": 12,
    "problem": {"kind": "surface", "formula": "x^2 + 3*y", "start": [2, 1]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}},
             {"loop": ["step", "zero_grad", "forward", "backward"], "optimizer": {"name": "SGD", "lr": 0.1}},
             {"loop": ["forward", "backward", "step", "step"], "optimizer": {"name": "SGD", "lr": 0.01}},
             {"loop": ["zero_grad"], "optimizer": {"name": "SGD", "lr": 0.1}}]})");
  session->advance(5);
  session->advance_instruction();
  session->advance(3);
  for (std::size_t r = 0; r < session->run_count(); ++r) {
    const HistoryColumns columns = session->history(r);
    ASSERT_EQ(columns.loss.size(), 9U);
    for (std::size_t k = 0; k < columns.loss.size(); ++k) {
      const float x = columns.parameters[0][k];
      const float y = columns.parameters[1][k];
      EXPECT_FLOAT_EQ(columns.loss[k], x * x + 3.0F * y) << "run " << r << " row " << k;
    }
  }
}

TEST(History, NormsTellHowTheRowWasReached) {
  const auto session = session_of(R"({"version": 1, "steps": 3,
    "problem": {"kind": "surface", "formula": "3*x + 4*y"},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}}]})");
  session->advance(2);
  const HistoryColumns columns = session->history(0);
  EXPECT_TRUE(std::isnan(columns.grad_norm[0]));
  EXPECT_EQ(columns.grad_norm[1], 5.0F);
  EXPECT_EQ(columns.update_norm[2], 2.5F);
}

TEST(History, TensorsShowTheirNorm) {
  const auto session = session_of(R"({"version": 1, "steps": 2, "problem": {"kind": "recorded",
    "parameters": {"w": {"shape": [2], "value": [3, 4]}}, "gradients": [{"w": null}]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}]})");
  EXPECT_EQ(session->history(0).parameters[0][0], 5.0F);
  session->advance(1);
  // Without a gradient nothing moves, and recorded gradients have no loss.
  EXPECT_EQ(session->history(0).update_norm[1], 0.0F);
  EXPECT_TRUE(std::isnan(session->history(0).loss[0]));
}

}  // namespace
}  // namespace steplab
