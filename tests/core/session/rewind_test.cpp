// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>

#include "core/session/sessions.hpp"
#include "steplab/base/random.hpp"

namespace steplab {
namespace {

// Several optimizers, a scheduler, an edit and a loop in which the graph outlives an iteration.
constexpr const char* kSurface = R"({"version": 1, "steps": 600,
  "problem": {"kind": "surface", "name": "rosenbrock"},
  "loop": ["forward", "zero_grad", "backward", "step", "scheduler_step"],
  "runs": [
    {"optimizer": {"name": "Adam", "lr": 0.05}, "scheduler": {"name": "CosineAnnealingLR", "T_max": 50}},
    {"optimizer": {"name": "SGD", "lr": 0.0001, "momentum": 0.9}, "average": {"name": "EMA", "decay": 0.9, "start": 20},
     "scheduler": [{"name": "ReduceLROnPlateau", "patience": 5, "factor": 0.9}, {"name": "SequentialLR", "milestones": [60, 200],
       "schedulers": [{"name": "LinearLR", "total_iters": 60}, {"name": "CosineAnnealingWarmRestarts", "T_0": 7, "T_mult": 2},
                      {"name": "LambdaLR", "lr_lambda": "0.99^epoch"}]}]},
    {"loop": ["step", "zero_grad", "backward", "forward"], "optimizer": {"name": "RMSprop", "lr": 0.01}},
    {"loop": ["forward", "backward", "zero_grad", "step"], "optimizer": {"name": "Adagrad", "lr": 0.1}}],
  "edits": [{"at": 100, "set": {"lr": 0.02}, "run": 0}, {"at": 150, "freeze": "y"}]})";

constexpr const char* kTask = R"({"version": 1, "seed": 5, "steps": 400,
  "problem": {"kind": "task", "data": {"name": "circles", "samples": 120}, "batch_size": 16,
              "model": {"hidden": [6, 6], "activation": "tanh"}, "loss": "mse"},
  "loop": ["zero_grad", "forward", "backward", {"clip_grad_norm": 0.5}, "step"],
  "runs": [{"optimizer": {"name": "AdamW", "lr": 0.01}}, {"optimizer": {"name": "SGD", "lr": 0.1}}]})";

// Layers that come and go, optimizers that are made anew, state that is saved and loaded, other
// loops from some iteration on.
constexpr const char* kStructure = R"({"version": 1, "seed": 3, "steps": 300,
  "problem": {"kind": "task", "data": {"name": "moons", "samples": 60}, "batch_size": 8,
              "model": {"hidden": [5], "activation": "tanh"}},
  "loop": [{"do": "save_state", "every": 40}, "zero_grad", "forward", {"do": "scale_loss", "divisor": 2, "every": 3},
           "backward", {"do": "add_layer", "at": 30}, {"do": "add_param_group", "at": 45, "group": {"params": ["4.weight"], "lr": 0.02}},
           "step", "scheduler_step", {"do": "replace_layer", "layer": "0", "every": 70}, {"do": "load_state", "at": 20},
           {"do": "freeze", "params": ["2.bias"], "at": 90}],
  "runs": [
    {"optimizer": {"name": "Adam", "lr": 0.01}, "scheduler": {"name": "ExponentialLR", "gamma": 0.999}},
    {"optimizer": {"name": "SGD", "lr": 0.05, "momentum": 0.9}, "scheduler": {"name": "StepLR", "step_size": 30},
     "average": {"name": "EMA", "decay": 0.9},
     "loop": [{"do": "recreate_optimizer", "every": 7}, "zero_grad", "forward", "backward", "step",
              {"do": "add_layer", "every": 50}, "scheduler_step"]},
    {"optimizer": {"name": "AdamW", "lr": 0.01},
     "loop": ["zero_grad", "forward", {"do": "replace_layer", "layer": "2", "at": 12}, "backward", "step", "save_state",
              {"do": "load_state", "every": 9}]}],
  "edits": [{"at": 60, "run": 0, "loop": ["forward", "backward", "step", {"do": "recreate_optimizer", "at": 130}]},
            {"at": 150, "run": 0, "loop": ["zero_grad", "forward", "backward", "step", "zero_grad", "step", "save_state"]}]})";

// Methods that call the closure as often as they like, with a frozen parameter for a while.
constexpr const char* kClassical = R"({"version": 1, "steps": 300,
  "problem": {"kind": "surface", "name": "rosenbrock"},
  "runs": [
    {"optimizer": {"name": "ExactLineSearch"}}, {"optimizer": {"name": "NonlinearCG"}},
    {"optimizer": {"name": "Newton", "damping": 5}}, {"optimizer": {"name": "NelderMead"}},
    {"optimizer": {"name": "CMAES", "seed": 4}}, {"optimizer": {"name": "NelderMead"}, "loop": ["step"]}],
  "edits": [{"at": 40, "freeze": "y"}, {"at": 60, "unfreeze": "y"}]})";

constexpr const char* kClassicalTask = R"({"version": 1, "seed": 5, "steps": 100,
  "problem": {"kind": "task", "data": {"name": "circles", "samples": 60}, "batch_size": 16,
              "model": {"hidden": [4], "activation": "tanh"}, "loss": "cross_entropy"},
  "runs": [{"optimizer": {"name": "NonlinearCG"}}, {"optimizer": {"name": "Newton"}},
           {"optimizer": {"name": "CMAES"}}, {"optimizer": {"name": "NelderMead"}}]})";

class Rewind : public testing::TestWithParam<const char*> {};

TEST_P(Rewind, ARandomWalkLandsOnTheBitsOfAStraightRun) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Generator random(seed);
    const auto walker = session_of(GetParam());
    for (int move = 0; move < 40; ++move) {
      switch (random.below(4)) {
        case 0:
          walker->advance(random.below(30));
          break;
        case 1:
          walker->advance_instruction();
          break;
        case 2:
          ASSERT_TRUE(
              walker->rewind(random.below(static_cast<std::uint32_t>(walker->furthest()) + 1)));
          break;
        default:
          ASSERT_TRUE(
              walker->seek(random.below(static_cast<std::uint32_t>(walker->furthest()) + 1), 2));
      }
    }
    const auto straight = session_of(GetParam());
    straight->advance(walker->iteration());
    for (std::size_t line = 0; line < walker->instruction(); ++line)
      straight->advance_instruction();
    EXPECT_EQ(everything(*walker), everything(*straight)) << "seed " << seed;
    for (std::size_t r = 0; r < straight->run_count(); ++r) {
      // By bits, because rows after an error hold NaN.
      const std::span<const float> expected = straight->history(r).loss;
      const std::span<const float> walked = walker->history(r).loss;
      ASSERT_LE(expected.size(), walked.size());
      EXPECT_EQ(std::memcmp(expected.data(), walked.data(), expected.size_bytes()), 0);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Problems, Rewind,
                         testing::Values(kSurface, kTask, kStructure, kClassical, kClassicalTask));

TEST(Rewind, ToAStepThatWasNotReachedIsRefused) {
  const auto session = session_of(kSurface);
  session->advance(10);
  EXPECT_FALSE(session->rewind(11));
  EXPECT_EQ(session->iteration(), 10U);
  EXPECT_FALSE(session->seek(3, 5));
}

TEST(Rewind, KeepsTheHistoryBeyondTheCursor) {
  const auto session = session_of(kSurface);
  session->advance(300);
  ASSERT_TRUE(session->rewind(7));
  EXPECT_EQ(session->iteration(), 7U);
  EXPECT_EQ(session->furthest(), 300U);
  EXPECT_EQ(session->history(0).loss.size(), 301U);
}

// What a person does who scrubs: far jumps in both directions over a long run.
TEST(Rewind, ScrubsAHistoryOfAHundredThousandSteps) {
  constexpr std::size_t kSteps = 100'000;
  auto experiment = parse_experiment(
      R"({"version": 1, "steps": 100000, "problem": {"kind": "surface", "name": "rosenbrock"},
          "runs": [{"optimizer": {"name": "Adam", "lr": 1e-4}}, {"optimizer": {"name": "SGD", "lr": 1e-4, "momentum": 0.5}}]})");
  ASSERT_TRUE(experiment);
  auto session = Session::create(*experiment);
  ASSERT_TRUE(session);
  Session& scrubbed = **session;
  std::vector<std::size_t> places;
  Generator random(1);
  for (int i = 0; i < 30; ++i) places.push_back(random.below(kSteps + 1));
  std::map<std::size_t, std::vector<float>> straight;
  for (const std::size_t place : std::set<std::size_t>(places.begin(), places.end())) {
    scrubbed.advance(place - scrubbed.iteration());
    straight[place] = everything(scrubbed);
  }
  scrubbed.advance(kSteps);
  for (const std::size_t place : places) {
    ASSERT_TRUE(scrubbed.rewind(place));
    EXPECT_EQ(everything(scrubbed), straight[place]) << "step " << place;
  }
  EXPECT_EQ(scrubbed.furthest(), kSteps);
}

}  // namespace
}  // namespace steplab
