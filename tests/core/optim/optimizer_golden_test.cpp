// SPDX-License-Identifier: MIT
// Every optimizer of the registry against PyTorch's traces, bit for bit at every step.
#include "core/optim/fixtures.hpp"
#include "core/optim/golden_replay.hpp"

namespace steplab {
namespace {

using golden::Json;

void expect_every_bit(const std::string& name, const std::string& folder) {
  const rapidjson::Document trace = golden::load("optim/" + folder + "/" + name + ".json");
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  ASSERT_TRUE(inputs.IsObject() && trace.IsObject());
  ASSERT_EQ(trace["optimizer"].GetString(), name);
  ASSERT_GE(trace["cases"].Size(), 5U);

  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(name + " " + test_case["name"].GetString());
    GoldenReplay replay(inputs, test_case, name);
    const auto checkpoints = test_case["checkpoints"].GetArray();
    const auto* checkpoint = checkpoints.begin();
    const auto hashes = test_case["hashes"].GetArray();
    ASSERT_EQ(hashes.Size(), trace["steps"].GetUint());
    for (unsigned step = 1; step <= hashes.Size(); ++step) {
      replay.advance(step);
      if (checkpoint != checkpoints.end() && (*checkpoint)["step"].GetUint() == step) {
        SCOPED_TRACE("checkpoint at step " + std::to_string(step));
        replay.expect_checkpoint(*checkpoint++);
      }
      ASSERT_EQ(replay.hash(), hashes[step - 1].GetString()) << "first difference: step " << step;
    }
    EXPECT_EQ(checkpoint, checkpoints.end());
  }
}

class OptimizerGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(OptimizerGolden, EqualsPyTorchBitForBit) {
  expect_every_bit(std::string(optimizer_registry()[GetParam()].name), "optimizers");
}

class SparseOptimizerGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SparseOptimizerGolden, EqualsPyTorchBitForBit) {
  const OptimizerInfo& info = optimizer_registry()[GetParam()];
  EXPECT_NE(info.sparse_gradients, SparseGradients::kRefused);
  expect_every_bit(std::string(info.name), "sparse");
}

INSTANTIATE_TEST_SUITE_P(Registry, OptimizerGolden, kRecordedOptimizers, optimizer_name);
INSTANTIATE_TEST_SUITE_P(Registry, SparseOptimizerGolden,
                         ::testing::ValuesIn(recorded_optimizers(&sparse_golden_trace)),
                         optimizer_name);

}  // namespace
}  // namespace steplab
