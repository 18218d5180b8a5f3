// SPDX-License-Identifier: MIT
#include "session/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

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

// f = 3x: x falls by 3·0.5 a step. There is no average before the first update, which copies; then
// an EMA with decay 0.5 goes half of the way to 5 and to 3.5.
TEST(History, AveragesHaveColumnsOfTheirOwn) {
  const auto session = session_of(R"({"version": 1, "steps": 4,
    "problem": {"kind": "surface", "formula": "3*x", "start": [8, 1]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}, "average": {"name": "EMA", "decay": 0.5}},
             {"optimizer": {"name": "SGD", "lr": 0.5}}]})");
  session->advance(3);
  const std::optional<AverageColumns> columns = session->average_history(0);
  ASSERT_TRUE(columns.has_value());
  EXPECT_THAT(columns->parameters[0], ElementsAre(IsNan(), 6.5F, 5.75F, 4.625F));
  EXPECT_THAT(columns->parameters[1], ElementsAre(IsNan(), 1.0F, 1.0F, 1.0F));
  EXPECT_THAT(columns->loss, ElementsAre(IsNan(), 19.5F, 17.25F, 13.875F));
  EXPECT_FALSE(session->average_history(1).has_value());
}

// An EMA that keeps all of itself is where the first step led, and there a run stands still whose
// learning rate becomes 0.
TEST(History, AnAverageIsJudgedOnTheSameBatchesAndData) {
  const auto session = session_of(R"({"version": 1, "steps": 6,
    "problem": {"kind": "task", "data": {"name": "moons", "samples": 60}, "batch_size": 7,
                "model": {"hidden": [4]}},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.5}, "average": {"name": "EMA", "decay": 1}},
             {"optimizer": {"name": "SGD", "lr": 0.5}}],
    "edits": [{"at": 1, "run": 1, "set": {"lr": 0}}]})");
  EXPECT_FALSE(session->evaluate_average(0).has_value());
  session->advance(6);
  const AverageColumns averaged = *session->average_history(0);
  const HistoryColumns still = session->history(1);
  for (std::size_t k = 1; k < 7; ++k) EXPECT_EQ(averaged.loss[k], still.loss[k]) << k;
  EXPECT_EQ(session->evaluate_average(0)->test_loss, session->evaluate(1)->test_loss);
  EXPECT_NE(session->evaluate(0)->test_loss, session->evaluate(1)->test_loss);
  EXPECT_FALSE(session->evaluate_average(1).has_value());
}

// Seven runs of a million steps take 187 of the 192 MB that there are; their averages want 12 each.
TEST(History, AveragesCountForTheMemoryThatItMayTake) {
  std::string runs;
  for (int run = 0; run < 7; ++run) {
    runs += run == 0 ? "" : ",";
    runs += R"({"optimizer": {"name": "SGD"}, "average": {"name": "SWA"}})";
  }
  const Error error = error_of(R"({"version": 1, "steps": 1000000,
    "problem": {"kind": "surface", "name": "bowl"}, "runs": [)" +
                               runs + "]}");
  EXPECT_EQ(error.path, "/steps");
  EXPECT_THAT(error.message, HasSubstr("the history of 7 runs would take 267 MB"));
}

}  // namespace
}  // namespace steplab
