// SPDX-License-Identifier: MIT
#include "steplab/session/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/session/sessions.hpp"
#include "steplab/problem/dataset.hpp"

namespace steplab {
namespace {

using testing::HasSubstr;

// f = x² + 2y² from (1, 1): gradients (2x, 4y).
constexpr const char* kBowl = R"({"version": 1, "steps": 10,
  "problem": {"kind": "surface", "formula": "x^2 + 2*y^2", "start": [1, 1]},
  "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})";

TEST(Session, TakesTheStepsThatAHandTakes) {
  const auto session = session_of(kBowl);
  session->advance(1);
  EXPECT_EQ(value_of(*session, 0, 0), 1.0F - 0.1F * 2.0F);
  EXPECT_EQ(value_of(*session, 0, 1), 1.0F - 0.1F * 4.0F);
  EXPECT_EQ(session->iteration(), 1U);
  session->advance(100);
  EXPECT_TRUE(session->finished());
  EXPECT_EQ(session->iteration(), 10U);
  EXPECT_EQ(session->run(0).status, RunStatus::kCompleted);
}

TEST(Session, RunsTheLoopLineByLine) {
  const auto session = session_of(kBowl);
  const auto grad = [&] { return session->run(0).parameters[1].parameter; };
  EXPECT_FALSE(session->run(0).loss.has_value());

  session->advance_instruction();  // zero_grad
  EXPECT_EQ(session->instruction(), 1U);
  EXPECT_FALSE(grad()->has_grad());
  session->advance_instruction();  // forward
  EXPECT_EQ(*session->run(0).loss, 3.0F);
  EXPECT_FALSE(grad()->has_grad());
  session->advance_instruction();  // backward
  ASSERT_TRUE(grad()->has_grad());
  EXPECT_EQ(grad()->grad().span()[0], 4.0F);
  EXPECT_EQ(value_of(*session, 0, 1), 1.0F);
  EXPECT_FALSE(session->run(0).parameters[1].update.has_value());
  session->advance_instruction();  // step
  EXPECT_EQ(value_of(*session, 0, 1), 1.0F - 0.1F * 4.0F);
  EXPECT_EQ((*session->run(0).parameters[1].update)[0], value_of(*session, 0, 1) - 1.0F);
  EXPECT_EQ(session->iteration(), 1U);
  EXPECT_EQ(session->instruction(), 0U);
}

TEST(Session, CompletesAnIterationThatIsUnderWay) {
  const auto straight = session_of(kBowl);
  straight->advance(2);
  const auto divided = session_of(kBowl);
  divided->advance_instruction();
  divided->advance_instruction();
  divided->advance(2);
  EXPECT_EQ(divided->iteration(), 2U);
  EXPECT_EQ(everything(*divided), everything(*straight));
}

TEST(Session, AdvancesToTheEndHoweverManyIterationsAreAskedFor) {
  const auto session = session_of(kBowl);
  session->advance(3);
  session->advance(std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(session->iteration(), 10U);
  EXPECT_TRUE(session->finished());
}

TEST(Session, WithoutZeroGradGradientsAccumulate) {
  const auto session = session_of(R"({"version": 1, "steps": 3,
    "problem": {"kind": "surface", "formula": "x + 2*y"},
    "loop": ["forward", "backward", "step"],
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}]})");
  session->advance(3);
  // gradients 1, 2, 3 add up to 6
  EXPECT_EQ(value_of(*session, 0, 0), -6.0F);
  EXPECT_EQ(session->run(0).parameters[1].parameter->grad().span()[0], 6.0F);
}

TEST(Session, LinesMayBeDisabledOrDueEveryFewIterations) {
  const auto session = session_of(R"({"version": 1, "steps": 4,
    "problem": {"kind": "surface", "formula": "x"},
    "loop": [{"do": "zero_grad", "enabled": false}, "forward", "backward", {"do": "step", "every": 2}],
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}]})");
  session->advance(1);
  EXPECT_EQ(value_of(*session, 0, 0), 0.0F);
  session->advance(1);
  EXPECT_EQ(value_of(*session, 0, 0), -2.0F);
  session->advance(2);
  EXPECT_EQ(value_of(*session, 0, 0), -6.0F);
}

TEST(Session, RacesFromOneStartOnTheSameBatches) {
  const auto session = session_of(R"({"version": 1, "seed": 3, "steps": 40,
    "problem": {"kind": "task", "data": {"name": "moons", "samples": 100}, "batch_size": 16,
                "model": {"hidden": [4], "activation": "tanh"}, "loss": "cross_entropy"},
    "runs": [{"label": "a", "optimizer": {"name": "Adam", "lr": 0.01}},
             {"label": "b", "optimizer": {"name": "Adam", "lr": 0.01}},
             {"label": "c", "optimizer": {"name": "SGD", "lr": 0.1}}]})");
  EXPECT_EQ(session->history(0).loss[0], session->history(2).loss[0]);
  session->advance(40);
  for (std::size_t p = 0; p < 4; ++p) {
    const auto a = session->run(0).parameters[p].parameter->value().span();
    const auto b = session->run(1).parameters[p].parameter->value().span();
    EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
  }
  EXPECT_NE(value_of(*session, 0, 0), value_of(*session, 2, 0));
  const auto evaluation = session->evaluate(0);
  ASSERT_TRUE(evaluation.has_value());
  EXPECT_GT(evaluation->test_accuracy, 0.5);
}

TEST(Session, OptimizersMoveOnlyWhatTheyWereGiven) {
  const auto session = session_of(R"({"version": 1, "steps": 5,
    "problem": {"kind": "surface", "formula": "x^2 + y^2", "start": [1, 1]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}, "param_groups": [{"params": ["x"]}]},
             {"optimizer": {"name": "SGD", "lr": 0.1},
              "param_groups": [{"params": ["y"], "lr": 0.5}, {"params": ["x"]}]}]})");
  session->advance(1);
  EXPECT_EQ(value_of(*session, 0, 1), 1.0F);
  EXPECT_FALSE(session->run(0).parameters[1].group.has_value());
  EXPECT_EQ(*session->run(1).parameters[0].group, 1U);
  EXPECT_EQ(value_of(*session, 1, 1), 0.0F);
  EXPECT_EQ(session->run(1).lr, (std::vector<double>{0.5, 0.1}));
}

TEST(Session, FrozenParametersStayWithoutAGradient) {
  const auto session = session_of(R"({"version": 1, "steps": 10,
    "problem": {"kind": "surface", "formula": "x^2 + y^2", "start": [1, 1]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
    "edits": [{"at": 2, "freeze": "x"}, {"at": 5, "unfreeze": "x"}]})");
  session->advance(2);
  const float frozen_at = value_of(*session, 0, 0);
  session->advance(3);
  EXPECT_EQ(value_of(*session, 0, 0), frozen_at);
  EXPECT_LT(value_of(*session, 0, 1), frozen_at);
  session->advance(1);
  EXPECT_LT(value_of(*session, 0, 0), frozen_at);
}

TEST(Session, HyperParametersMayChangeOnTheWay) {
  const auto session = session_of(R"({"version": 1, "steps": 4,
    "problem": {"kind": "surface", "formula": "x"},
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}],
    "edits": [{"at": 2, "set": {"lr": 10}}]})");
  session->advance(2);
  EXPECT_EQ(session->run(0).lr[0], 10.0);
  EXPECT_EQ(session->history(0).lr[1], 1.0);
  EXPECT_EQ(session->history(0).lr[2], 10.0);
  session->advance(1);
  EXPECT_EQ(value_of(*session, 0, 0), -12.0F);
}

TEST(Session, ANameMayTakeThePlaceOfNone) {
  const std::string document = R"({"version": 1, "steps": 3,
    "problem": {"kind": "surface", "formula": "x^2+y^4"},
    "runs": [{"optimizer": {"name": "LBFGS", "lr": 0.1, "max_iter": 2}}], "edits": [{"at": 1, "set": )";
  const auto session = session_of(document + R"({"line_search_fn": "strong_wolfe"}}]})");
  session->advance(3);
  EXPECT_EQ(session->run(0).status, RunStatus::kCompleted);
  EXPECT_EQ(error_of(document + R"({"line_search_fn": 1}}]})").message,
            "line_search_fn is 1.0; it must be of the kind of None");
}

TEST(Session, AnEditMayBeTheWrappers) {
  const std::string document = R"({"version": 1, "steps": 2,
    "problem": {"kind": "surface", "formula": "x^2+y^4"},
    "runs": [{"optimizer": {"name": "SGD"}, "wrapper": {"name": "SAM"}}],
    "edits": [{"at": 1, "set": {"rho": )";
  const auto session = session_of(document + "0.5}}]}");
  session->advance(2);
  EXPECT_EQ(session->run(0).status, RunStatus::kCompleted);
  EXPECT_EQ(error_of(document + "true}}]}").path, "/edits/0/set/rho");
}

TEST(Session, AnEditWhileRunningForgetsTheFutureOnly) {
  const auto session = session_of(kBowl);
  session->advance(8);
  ASSERT_TRUE(session->rewind(3));
  const float before = value_of(*session, 0, 0);
  Edit edit;
  edit.action = Edit::Set{{{"lr", 0.0}}, std::nullopt};
  ASSERT_TRUE(session->edit(edit));
  EXPECT_EQ(session->furthest(), 3U);
  EXPECT_EQ(session->history(0).loss.size(), 4U);
  session->advance(2);
  EXPECT_EQ(value_of(*session, 0, 0), before);
  // The edit is part of the experiment: going back and forward meets it again.
  ASSERT_TRUE(session->rewind(0));
  session->advance(5);
  EXPECT_EQ(value_of(*session, 0, 0), before);
  edit.action = Edit::Freeze{"z"};
  EXPECT_THAT(session->edit(edit).error().message, HasSubstr("x and y"));
}

TEST(Session, StopsARunThatDiverges) {
  const auto session = session_of(R"({"version": 1, "steps": 2000,
    "problem": {"kind": "surface", "formula": "x^4 + y^2", "start": [10, 1]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}, {"optimizer": {"name": "SGD", "lr": 0.001}}]})");
  session->advance(50);
  EXPECT_EQ(session->run(0).status, RunStatus::kDiverged);
  EXPECT_LT(session->run(0).step, 10U);
  EXPECT_EQ(session->run(1).status, RunStatus::kRunning);
  EXPECT_EQ(session->run(1).step, 50U);
  const std::size_t diverged_at = session->run(0).step;
  ASSERT_TRUE(session->rewind(1));
  EXPECT_EQ(session->run(0).status, RunStatus::kRunning);
  session->advance(40);
  EXPECT_EQ(session->run(0).step, diverged_at);
}

TEST(Session, RaisesWhatPyTorchRaisesAndSaysWhere) {
  const auto session = session_of(R"({"version": 1, "steps": 5,
    "problem": {"kind": "surface", "formula": "x^2", "start": [1, 1]},
    "runs": [{"loop": ["backward", "forward"], "optimizer": {"name": "SGD", "lr": 0.1}},
             {"loop": ["forward", "backward", "backward"], "optimizer": {"name": "SGD", "lr": 0.1}},
             {"loop": ["scheduler_step"], "optimizer": {"name": "SGD", "lr": 0.1}},
             {"optimizer": {"name": "SGD", "lr": 0.1}}]})");
  session->advance(3);
  ASSERT_NE(session->run(0).error, nullptr);
  EXPECT_EQ(session->run(0).error->error.message, "name 'loss' is not defined");
  EXPECT_EQ(session->run(0).error->instruction, 0U);
  ASSERT_NE(session->run(1).error, nullptr);
  EXPECT_THAT(session->run(1).error->error.message,
              HasSubstr("Trying to backward through the graph a second time"));
  EXPECT_EQ(session->run(1).error->instruction, 2U);
  EXPECT_EQ(session->run(2).error->error.message, "name 'scheduler' is not defined");
  EXPECT_EQ(session->run(3).status, RunStatus::kRunning);
  EXPECT_EQ(session->iteration(), 3U);
}

TEST(Session, SteppingBetweenForwardAndBackwardIsStale) {
  const auto session = session_of(R"({"version": 1, "steps": 5,
    "problem": {"kind": "surface", "formula": "x^2 + y^2", "start": [1, 1]},
    "loop": ["zero_grad", "forward", "backward", "forward", "step", "backward"],
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})");
  session->advance(1);
  ASSERT_NE(session->run(0).error, nullptr);
  EXPECT_THAT(session->run(0).error->error.message,
              HasSubstr("has been modified by an inplace operation"));
}

TEST(Session, StepsSchedulersAndClipsWhereTheLoopSaysSo) {
  const auto session = session_of(R"({"version": 1, "steps": 6,
    "problem": {"kind": "surface", "formula": "3*x + 4*y"},
    "loop": ["zero_grad", "forward", "backward", {"clip_grad_norm": 1}, "step", "scheduler_step"],
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}, "scheduler": {"name": "StepLR", "step_size": 2}}]})");
  session->advance(1);
  EXPECT_NEAR(value_of(*session, 0, 0), -0.6F, 1e-5F);
  EXPECT_NEAR(session->history(0).grad_norm[1], 1.0F, 1e-5F);
  session->advance(1);
  EXPECT_EQ(session->run(0).lr[0], 0.1);
  EXPECT_EQ(session->history(0).lr[0], 1.0);
  EXPECT_EQ(session->history(0).lr[2], 0.1);
}

TEST(Session, RefusesWhatDoesNotExistByItsPath) {
  const std::string head = R"({"version": 1, "problem": {"kind": "surface", "formula": "x"}, )";
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "Sgd", "lr": 1}}]})").path,
            "/runs/0/optimizer/name");
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "SGD", "lr": -1}}]})").message,
            "Invalid learning rate: -1.0");
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "SGD", "beta": 1}}]})").path,
            "/runs/0/optimizer/beta");
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "SGD"},
                      "scheduler": {"name": "Step", "step_size": 1}}]})")
                .path,
            "/runs/0/scheduler/name");
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "SGD"},
                      "param_groups": [{"params": ["x", "w"]}]}]})")
                .path,
            "/runs/0/param_groups/0/params/1");
  EXPECT_EQ(
      error_of(head +
               R"("runs": [{"optimizer": {"name": "SGD"}}], "edits": [{"at": 1, "freeze": "w"}]})")
          .path,
      "/edits/0/freeze");
  EXPECT_EQ(error_of(head + R"("runs": [{"optimizer": {"name": "SGD"}}],
                      "edits": [{"at": 1, "set": {"rate": 1}}]})")
                .path,
            "/edits/0/set/rate");
  EXPECT_EQ(error_of(R"({"version": 1, "problem": {"kind": "surface", "formula": "x +"},
                      "runs": [{"optimizer": {"name": "SGD"}}]})")
                .path,
            "/problem/formula");
}

TEST(Session, RefusesMethodsThatDoNotFitTheirProblem) {
  const Error large =
      error_of(R"({"version": 1, "problem": {"kind": "task", "data": {"name": "moons"},
      "model": {"hidden": [32]}}, "runs": [{"optimizer": {"name": "CMAES"}}]})");
  EXPECT_EQ(large.path, "/runs/0/optimizer/name");
  EXPECT_EQ(large.message,
            "CMAES keeps dense matrices: it takes 100 elements in all its parameters at most, and "
            "these have 162");
  const std::string head =
      R"({"version": 1, "problem": {"kind": "surface", "name": "booth"}, "runs": [{"optimizer": )";
  const Error groups = error_of(head + R"({"name": "Newton"},
      "param_groups": [{"params": ["x"]}, {"params": ["y"]}]}]})");
  EXPECT_EQ(groups.path, "/runs/0/param_groups/1/params");
  EXPECT_EQ(groups.message, "Newton doesn't support per-parameter options (parameter groups)");
  const Error scheduled = error_of(head + R"({"name": "NelderMead"},
      "scheduler": {"name": "StepLR", "step_size": 5}}]})");
  EXPECT_EQ(scheduled.path, "/runs/0/scheduler");
  EXPECT_EQ(scheduled.message, "NelderMead has no learning rate that a scheduler could change");
}

TEST(Session, MethodsThatAskForTheLossNeedOne) {
  const auto session = session_of(R"({"version": 1, "steps": 3, "problem": {"kind": "recorded",
      "parameters": {"w": {"shape": [2], "value": [1, 2]}}, "gradients": [{"w": [1, 1]}]},
      "runs": [{"optimizer": {"name": "NelderMead"}}, {"optimizer": {"name": "NonlinearCG"}}]})");
  session->advance(3);
  for (const std::size_t run : {0, 1}) {
    ASSERT_EQ(session->run(run).status, RunStatus::kError);
    EXPECT_NE(session->run(run).error->error.message.find("recorded gradients have none"),
              std::string::npos);
    EXPECT_EQ(session->run(run).parameters[0].parameter->value().span()[0], 1.0F);
  }
}

TEST(Session, RefusesAHistoryThatWouldNotFit) {
  std::string runs;
  for (int i = 0; i < 16; ++i)
    runs += std::string(i > 0 ? "," : "") + R"({"optimizer": {"name": "SGD"}})";
  const Error error = error_of(R"({"version": 1, "steps": 1000000,
    "problem": {"kind": "surface", "formula": "x"}, "runs": [)" +
                               runs + "]}");
  EXPECT_EQ(error.path, "/steps");
  EXPECT_THAT(error.message, HasSubstr("192 MB"));
}

TEST(Session, PredictsOnAGrid) {
  const auto session = session_of(R"({"version": 1, "steps": 5,
    "problem": {"kind": "task", "data": {"name": "blobs", "samples": 60}, "batch_size": 8,
                "model": {"hidden": [4]}, "loss": "cross_entropy"},
    "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})");
  const std::size_t classes = session->dataset()->classes;
  const std::array<double, 4> view{-1, 1, -1, 1};
  const auto scores = session->decision_map(0, view, 3, 2);
  ASSERT_TRUE(scores.ok());
  ASSERT_EQ(scores->size(), 6 * classes);
  float total = 0.0F;
  for (std::size_t c = 0; c < classes; ++c) total += (*scores)[c];
  EXPECT_NEAR(total, 1.0F, 1e-5F);
  EXPECT_FALSE(session->decision_map(0, view, 1, 2).ok());
  EXPECT_FALSE(session_of(kBowl)->decision_map(0, view, 3, 3).ok());
}

}  // namespace
}  // namespace steplab
