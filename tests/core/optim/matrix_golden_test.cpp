// SPDX-License-Identifier: MIT
// Adafactor and Muon against PyTorch's traces: sums and products of matrices. Muon's are so small
// that PyTorch orders their sums as we do; Adafactor's norms are summed in another order.
#include "core/optim/fixtures.hpp"
#include "core/optim/golden_replay.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

TEST(MatrixGolden, MuonEqualsPyTorchBitForBit) {
  const rapidjson::Document trace = golden::load("optim/matrix/Muon.json");
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  ASSERT_GE(trace["cases"].Size(), 10U);
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    GoldenReplay replay(inputs, test_case, "Muon");
    const auto hashes = test_case["hashes"].GetArray();
    ASSERT_EQ(hashes.Size(), trace["steps"].GetUint());
    const auto* checkpoint = test_case["checkpoints"].Begin();
    for (unsigned step = 1; step <= hashes.Size(); ++step) {
      replay.advance(step);
      if (checkpoint != test_case["checkpoints"].End() && (*checkpoint)["step"].GetUint() == step) {
        SCOPED_TRACE("checkpoint at step " + std::to_string(step));
        replay.expect_checkpoint(*checkpoint++);
      }
      ASSERT_EQ(replay.hash(), hashes[step - 1].GetString()) << "first difference: step " << step;
    }
    EXPECT_EQ(checkpoint, test_case["checkpoints"].End());
  }
}

TEST(MatrixGolden, AdafactorIsWithinAMillionthOfPyTorch) {
  const rapidjson::Document trace = golden::load("optim/matrix/Adafactor.json");
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  ASSERT_GE(trace["cases"].Size(), 8U);
  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(test_case["name"].GetString());
    GoldenReplay replay(inputs, test_case, "Adafactor");
    unsigned step = 0;
    for (const Json& checkpoint : test_case["checkpoints"].GetArray()) {
      while (step < checkpoint["step"].GetUint()) replay.advance(++step);
      SCOPED_TRACE("checkpoint at step " + std::to_string(step));
      replay.expect_near(checkpoint, 1e-6);
    }
    EXPECT_EQ(step, trace["steps"].GetUint());
  }
}

}  // namespace
}  // namespace steplab
