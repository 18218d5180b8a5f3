// SPDX-License-Identifier: MIT
// Sophia-G in a session: its curvature comes from labels that the model predicts, where it can.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

std::string task(std::string_view loss, std::string_view extra = "") {
  return R"({"version": 1, "seed": 3, "steps": 60, "problem": {"kind": "task",
      "data": {"name": "blobs", "samples": 120}, "batch_size": 30, "model": {"hidden": [5]},
      "loss": ")" +
         std::string(loss) +
         R"("}, "runs": [{"optimizer": {"name": "SophiaG", "lr": 0.01, "bs": 30, "hessian_interval": 4})" +
         std::string(extra) + "}]}";
}

std::vector<float> gradient_of(const Session& session, std::size_t parameter) {
  const std::span<const float> grad = session.run(0).parameters[parameter].parameter->grad().span();
  return {grad.begin(), grad.end()};
}

std::vector<float> curvature_of(const Session& session, std::size_t parameter) {
  const RunView run = session.run(0);
  for (const StateEntry& entry : run.parameters[parameter].state) {
    if (entry.name != "hessian") continue;
    const auto values = std::get<std::span<const float>>(entry.value);
    return {values.begin(), values.end()};
  }
  ADD_FAILURE() << "no curvature";
  return {};
}

// After the first step: (1 − β₂)·g² of the loop's own gradient.
bool is_own_gradient_squared(const Session& session, std::size_t parameter) {
  const std::vector<float> grad = gradient_of(session, parameter);
  const std::vector<float> curvature = curvature_of(session, parameter);
  for (std::size_t i = 0; i < grad.size(); ++i) {
    const auto weight = static_cast<float>(1.0 - 0.99);
    if (curvature[i] != weight * grad[i] * grad[i]) return false;
  }
  return curvature.size() == grad.size();
}

TEST(SampledLabels, GiveTheCurvatureAndLeaveTheLoopItsGradientAndLoss) {
  const auto session = session_of(task("cross_entropy"));
  for (int line = 0; line < 3; ++line) session->advance_instruction();
  const std::vector<float> grad = gradient_of(*session, 2);
  const std::optional<float> loss = session->run(0).loss;
  session->advance_instruction();  // step
  EXPECT_EQ(gradient_of(*session, 2), grad);
  EXPECT_EQ(session->run(0).loss, loss);
  EXPECT_FALSE(is_own_gradient_squared(*session, 2));
  const std::vector<float> curvature = curvature_of(*session, 2);
  EXPECT_GT(*std::max_element(curvature.begin(), curvature.end()), 0.0F);
  session->advance(3);
  EXPECT_EQ(curvature_of(*session, 2), curvature) << "estimated before every fourth step";
  session->advance(1);
  EXPECT_NE(curvature_of(*session, 2), curvature);
}

TEST(SampledLabels, AreDrawnForAnOptimizerInsideAWrapperToo) {
  for (const char* wrapper : {"SAM", "Lookahead"}) {
    const auto session = session_of(
        task("cross_entropy", std::string(R"(, "wrapper": {"name": ")") + wrapper + "\"}"));
    session->advance(1);
    EXPECT_FALSE(is_own_gradient_squared(*session, 2)) << wrapper;
  }
}

TEST(SampledLabels, AreMissingWithoutAPredictionAndTheGradientIsSquared) {
  const auto squares = session_of(task("mse"));
  squares->advance(1);
  EXPECT_TRUE(is_own_gradient_squared(*squares, 2));
  const auto surface = session_of(R"({"version": 1, "problem": {"kind": "surface",
      "formula": "x^2 + 3*y^2", "start": [1, 1]}, "runs": [{"optimizer": {"name": "SophiaG"}}]})");
  surface->advance(1);
  EXPECT_TRUE(is_own_gradient_squared(*surface, 1));
  const auto recorded = session_of(R"({"version": 1, "problem": {"kind": "recorded",
      "parameters": {"w": {"shape": [2], "value": [1, 2]}}, "gradients": [{"w": [3, 4]}]},
      "runs": [{"optimizer": {"name": "SophiaG"}}]})");
  recorded->advance(1);
  EXPECT_TRUE(is_own_gradient_squared(*recorded, 0));
}

TEST(SampledLabels, AreTheSameAfterGoingBack) {
  const auto session = session_of(task("cross_entropy"));
  session->advance(60);
  const std::vector<float> straight = everything(*session);
  ASSERT_TRUE(session->rewind(37));
  session->advance(23);
  EXPECT_EQ(everything(*session), straight);
}

}  // namespace
}  // namespace steplab
