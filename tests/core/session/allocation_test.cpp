// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "core/session/sessions.hpp"
#include "support/allocation_counter.hpp"

namespace steplab {
namespace {

class Allocation : public testing::TestWithParam<const char*> {};

TEST_P(Allocation, SteppingTakesNoMemory) {
  const auto session = session_of(GetParam());
  session->advance(2);
  const std::size_t before = support::allocation_count();
  session->advance(500);
  session->advance_instruction();
  session->advance(100);
  ASSERT_TRUE(session->rewind(123));
  EXPECT_EQ(support::allocation_count(), before);
  // The counter counts: a session cannot be made without memory.
  session_of(GetParam());
  EXPECT_GT(support::allocation_count(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Experiments, Allocation,
    testing::Values(
        R"({"version": 1, "steps": 1000, "problem": {"kind": "surface", "name": "ackley"},
            "loop": ["zero_grad", "forward", "backward", {"clip_grad_norm": 1}, "step", "scheduler_step"],
            "runs": [{"optimizer": {"name": "Adam"}, "average": {"name": "SWA"},
                      "scheduler": [{"name": "MultiStepLR", "milestones": [20, 90]}, {"name": "LambdaLR", "lr_lambda": "0.99^epoch"},
                                    {"name": "ReduceLROnPlateau"}, {"name": "ChainedScheduler", "schedulers": [
                                    {"name": "PolynomialLR", "total_iters": 90}, {"name": "SWALR", "swa_lr": 0.1}]}]},
                     {"optimizer": {"name": "SGD", "momentum": 0.9, "lr": 0.01},
                      "scheduler": {"name": "CosineAnnealingLR", "T_max": 50}},
                     {"optimizer": {"name": "RMSprop", "centered": true}, "scheduler": {"name": "StepLR", "step_size": 9}},
                     {"optimizer": {"name": "Adagrad"}, "scheduler": {"name": "StepLR", "step_size": 9}}]})",
        R"({"version": 1, "steps": 1000, "problem": {"kind": "task", "data": {"name": "digits"},
            "batch_size": 64, "model": {"hidden": [32]}, "loss": "cross_entropy"},
            "runs": [{"optimizer": {"name": "AdamW"}}]})",
        R"({"version": 1, "steps": 1000, "problem": {"kind": "task", "data": {"name": "blobs"},
            "batch_size": 30, "model": {"hidden": [8]}, "loss": "cross_entropy"},
            "runs": [{"optimizer": {"name": "MARS"}}, {"optimizer": {"name": "AdamMini"}},
                     {"optimizer": {"name": "CautiousAdamW"}}, {"optimizer": {"name": "SophiaG"}},
                     {"optimizer": {"name": "Adan", "max_grad_norm": 1}},
                     {"optimizer": {"name": "SGD"}, "wrapper": {"name": "SAM"}}]})",
        R"({"version": 1, "steps": 1000, "problem": {"kind": "recorded",
            "parameters": {"w": {"shape": [3, 2], "value": [1, 2, 3, 4, 5, 6]}}, "gradients": [
            {"w": {"rows": [2, 0, 2], "values": [1, 2, 3, 4, 5, 6]}}, {"w": {"rows": [1], "values": [7, 8]}}]},
            "loop": [{"do": "zero_grad", "every": 5}, "forward", "backward", "step"],
            "runs": [{"optimizer": {"name": "SparseAdam"}}, {"optimizer": {"name": "Adagrad"}},
                     {"optimizer": {"name": "SGD", "lr": 1e-6, "momentum": 0.9, "nesterov": true}}]})"));

}  // namespace
}  // namespace steplab
