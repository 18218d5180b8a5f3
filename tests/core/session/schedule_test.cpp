// SPDX-License-Identifier: MIT
// Schedulers and averages of weights in a run.
#include <gmock/gmock.h>

#include "core/session/sessions.hpp"
#include "steplab/optim/averaged_weights.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string document(
    const std::string& run,
    const std::string& loop = R"(["zero_grad", "forward", "backward", "step", "scheduler_step"])") {
  return R"({"version": 1, "steps": 12, "problem": {"kind": "surface", "formula": "x^2 + y", "start": [1, 1]},
    "loop": )" +
         loop + R"(, "runs": [{"optimizer": {"name": "SGD", "lr": 0.5, "momentum": 0.25}, )" + run +
         "}]}";
}

std::vector<double> rates(const std::string& run, std::size_t steps) {
  const auto session = session_of(document(run));
  std::vector<double> rates;
  for (std::size_t i = 0; i < steps; ++i) {
    rates.push_back(session->run(0).lr[0]);
    session->advance(1);
  }
  EXPECT_EQ(session->run(0).error, nullptr);
  return rates;
}

std::string trace_of(const std::string& json) {
  auto recorder = TraceRecorder::create(parse_experiment(json).value(), {});
  EXPECT_TRUE(recorder.ok()) << recorder.error().message;
  while (recorder->advance(100)) {
  }
  return recorder->json();
}

TEST(Schedule, StepsAStackInItsOrder) {
  EXPECT_EQ(rates(R"("scheduler": [{"name": "StepLR", "step_size": 2, "gamma": 0.5},
                                   {"name": "MultiStepLR", "milestones": [3], "gamma": 0.5}])",
                  5),
            (std::vector<double>{0.5, 0.5, 0.25, 0.125, 0.0625}));
}

TEST(Schedule, LetsMembersTakeTurns) {
  EXPECT_EQ(rates(R"("scheduler": {"name": "SequentialLR", "milestones": [2], "schedulers": [
                       {"name": "ConstantLR", "factor": 0.5, "total_iters": 9},
                       {"name": "LambdaLR", "lr_lambda": "(1 + epoch)^-1"}]
})",
                  5),
            (std::vector<double>{0.25, 0.25, 0.5, 0.25, 0.5 * (1.0 / 3.0)}));
}

TEST(Schedule, WritesTheMomentumThatItCycles) {
  const auto session = session_of(document(
      R"("scheduler": {"name": "CyclicLR", "base_lr": 0.1, "max_lr": 0.2, "step_size_up": 2})"));
  session->advance(2);
  EXPECT_EQ(session->run(0).lr[0], 0.2);
  session->advance(2);
  EXPECT_EQ(session->run(0).lr[0], 0.1);
}

TEST(Schedule, WatchesTheLossOfTheLastForward) {
  // y falls without end, so the loss improves; climbing, it gets worse from the second step on.
  const auto lr_after = [](const std::string& maximize) {
    const auto session = session_of(R"({"version": 1, "steps": 9,
      "problem": {"kind": "surface", "formula": "y"},
      "loop": ["zero_grad", "forward", "backward", "step", "scheduler_step"],
      "runs": [{"optimizer": {"name": "SGD", "lr": 0.5, "maximize": )" +
                                    maximize + R"(},
                "scheduler": {"name": "ReduceLROnPlateau", "factor": 0.5, "patience": 2}}]})");
    session->advance(4);
    return session->run(0).lr[0];
  };
  EXPECT_EQ(lr_after("false"), 0.5);
  EXPECT_EQ(lr_after("true"), 0.25);
}

TEST(Schedule, NeedsALossToWatch) {
  const auto session = session_of(
      document(R"("scheduler": {"name": "ReduceLROnPlateau"})", R"(["scheduler_step"])"));
  session->advance(1);
  ASSERT_NE(session->run(0).error, nullptr);
  EXPECT_EQ(session->run(0).error->error.message, "name 'loss' is not defined");
}

TEST(Schedule, EndsARunThatStepsTooFar) {
  const auto session = session_of(
      document(R"("scheduler": {"name": "OneCycleLR", "max_lr": 0.1, "total_steps": 5})"));
  session->advance(12);
  ASSERT_NE(session->run(0).error, nullptr);
  EXPECT_EQ(session->run(0).error->error.message,
            "Tried to step 6 times. The specified number of total steps is 5");
  EXPECT_EQ(session->run(0).error->step, 5U);
  EXPECT_EQ(session->run(0).error->instruction, 4U);
}

TEST(Schedule, WarnsOfTheOrder) {
  const std::string run =
      R"("scheduler": [{"name": "StepLR", "step_size": 2}, {"name": "StepLR", "step_size": 3}])";
  const std::string loop = R"(["zero_grad", "forward", "backward", "scheduler_step", "step"])";
  const auto session = session_of(document(run, loop));
  EXPECT_TRUE(session->run(0).warnings.empty());
  session->advance(2);
  ASSERT_EQ(session->run(0).warnings.size(), 1U);
  EXPECT_EQ(session->run(0).warnings[0].substr(0, 67),
            "Detected call of `lr_scheduler.step()` before `optimizer.step()`. I");
  ASSERT_TRUE(session->rewind(0).ok());
  EXPECT_TRUE(session->run(0).warnings.empty());
  EXPECT_THAT(trace_of(document(run, loop)), HasSubstr(R"("warnings":["Detected call)"));
  EXPECT_THAT(trace_of(document(run)), Not(HasSubstr("warnings")));
}

TEST(Schedule, NamesWhatIsWrongInAComposite) {
  const auto error = error_of(document(
      R"("scheduler": [{"name": "StepLR", "step_size": 2}, {"name": "SequentialLR", "milestones": [1],
          "schedulers": [{"name": "StepLR", "step_size": 2}, {"name": "LambdaLR", "lr_lambda": "1/x"}]}])"));
  EXPECT_EQ(error.path, "/runs/0/scheduler/1/schedulers/1/lr_lambda");
  EXPECT_EQ(error.position, 2);
  EXPECT_EQ(error_of(document(R"("scheduler": {"name": "ChainedScheduler", "schedulers": [
                {"name": "StepLR", "step_size": 2}, {"name": "ReduceLROnPlateau"}]})"))
                .path,
            "/runs/0/scheduler/schedulers/1");
}

TEST(Average, FollowsTheWeightsAndTellsItsLoss) {
  const auto session = session_of(document(R"("average": {"name": "SWA", "start": 1})",
                                           R"(["zero_grad", "forward", "backward", "step"])"));
  ASSERT_NE(session->run(0).average, nullptr);
  EXPECT_EQ(session->average_loss(0), 2.0F);
  session->advance(1);
  EXPECT_EQ(session->run(0).average->updates(), 0U);
  session->advance(1);
  const float second = value_of(*session, 0, 0);
  session->advance(1);
  const float third = value_of(*session, 0, 0);
  const AveragedWeights& average = *session->run(0).average;
  EXPECT_EQ(average.updates(), 2U);
  const float x = average.values()[0].span()[0];
  EXPECT_EQ(x, second + (third - second) / 2.0F);
  EXPECT_EQ(session->average_loss(0), x * x + average.values()[1].span()[0]);
  ASSERT_TRUE(session->rewind(2).ok());
  EXPECT_EQ(session->run(0).average->updates(), 1U);
  EXPECT_EQ(session->run(0).average->values()[0].span()[0], second);
}

TEST(Average, StandsInTheTraceOfARunThatKeepsOne) {
  EXPECT_THAT(
      trace_of(document(
          R"("average": {"name": "EMA", "start": 11}, "scheduler": {"name": "StepLR", "step_size": 1})")),
      HasSubstr(R"("average":{"updates":[0,0,0,0,0,0,0,0,0,0,0,0,1],"loss":[2,)"));
  EXPECT_THAT(trace_of(document(R"("scheduler": {"name": "StepLR", "step_size": 1})")),
              Not(HasSubstr("average")));
}

TEST(Average, IsRefusedByItsPath) {
  EXPECT_EQ(error_of(document(R"("average": {"name": "EWA"})")).path, "/runs/0/average/name");
  EXPECT_EQ(error_of(document(R"("average": {"name": "EMA", "decay": 2})")).path,
            "/runs/0/average/decay");
}

TEST(ClipNorm, RaisesWhereTheLoopAsksForIt) {
  const auto session = session_of(document(R"("label": "a")",
                                           R"(["zero_grad", "forward", "backward",
          {"do": "clip_grad_norm", "max_norm": 1, "norm_type": "inf", "error_if_nonfinite": true}, "step"])"));
  session->advance(1);
  // The gradient is (2, 1): by its largest element it is halved.
  EXPECT_NEAR(value_of(*session, 0, 0), 0.5F, 1e-6F);
  EXPECT_NEAR(value_of(*session, 0, 1), 0.75F, 1e-6F);
}

}  // namespace
}  // namespace steplab
