// SPDX-License-Identifier: MIT
#include "steplab/session/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cmath>
#include <limits>

#include "core/session/sessions.hpp"

namespace steplab {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TraceRecorder recorded(const std::string& json, TraceOptions options) {
  auto recorder = TraceRecorder::create(parse_experiment(json).value(), options);
  while (recorder->advance(7)) {
  }
  return std::move(recorder).value();
}

rapidjson::Document parsed(const TraceRecorder& recorder) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(recorder.json().c_str());
  return document;
}

constexpr const char* kBowl = R"({"version": 1, "steps": 10,
  "problem": {"kind": "surface", "formula": "x^2 + y^2", "start": [1, 0.1]},
  "runs": [{"label": "Adam", "optimizer": {"name": "Adam", "lr": 0.1}}]})";

TEST(Trace, HoldsTheRecordedStepsAndTheLast) {
  const TraceRecorder recorder = recorded(kBowl, {4, true});
  const rapidjson::Document trace = parsed(recorder);
  EXPECT_EQ(trace["version"].GetInt(), 1);
  const auto& run = trace["runs"][0];
  EXPECT_STREQ(run["label"].GetString(), "Adam");
  EXPECT_STREQ(run["status"].GetString(), "completed");
  EXPECT_TRUE(run["error"].IsNull());
  ASSERT_EQ(run["step"].Size(), 4U);
  EXPECT_EQ(run["step"][3].GetInt(), 10);
  EXPECT_EQ(run["lr"][2][0].GetDouble(), 0.1);
  EXPECT_FALSE(recorder.failed());

  // Floats read back to the same bits, and the loss is that of its row.
  const auto session = session_of(kBowl);
  session->advance(8);
  EXPECT_EQ(static_cast<float>(run["parameters"]["x"][2][0].GetDouble()), value_of(*session, 0, 0));
  const auto x = static_cast<float>(run["parameters"]["x"][2][0].GetDouble());
  const auto y = static_cast<float>(run["parameters"]["y"][2][0].GetDouble());
  EXPECT_EQ(static_cast<float>(run["loss"][2].GetDouble()), x * x + y * y);

  // Adam's state does not exist before its first step.
  EXPECT_TRUE(run["state"]["x"]["exp_avg"][0].IsNull());
  EXPECT_EQ(run["state"]["x"]["step"][1].GetDouble(), 4.0);
  EXPECT_EQ(run["state"]["y"]["exp_avg_sq"][3].Size(), 1U);
}

TEST(Trace, EndsADivergedRunAtItsStep) {
  const TraceRecorder recorder = recorded(R"({"version": 1, "steps": 400,
    "problem": {"kind": "surface", "formula": "x^4", "start": [10, 0]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}, {"optimizer": {"name": "SGD", "lr": 0.0001}}]})",
                                          {100, false});
  EXPECT_TRUE(recorder.failed());
  const rapidjson::Document trace = parsed(recorder);
  const auto& diverged = trace["runs"][0];
  EXPECT_STREQ(diverged["status"].GetString(), "diverged");
  ASSERT_EQ(diverged["step"].Size(), 2U);
  EXPECT_LT(diverged["step"][1].GetInt(), 10);
  EXPECT_STREQ(diverged["loss"][1].GetString(), "inf");
  EXPECT_EQ(trace["runs"][1]["step"].Size(), 5U);
}

TEST(Trace, TellsWhatWasRaisedAndWhere) {
  const TraceRecorder recorder = recorded(R"({"version": 1, "steps": 4,
    "problem": {"kind": "surface", "formula": "x"}, "loop": ["zero_grad", "backward"],
    "runs": [{"optimizer": {"name": "SGD"}}]})",
                                          {1, false});
  EXPECT_TRUE(recorder.failed());
  const rapidjson::Document trace = parsed(recorder);
  const auto& run = trace["runs"][0];
  EXPECT_STREQ(run["status"].GetString(), "error");
  EXPECT_STREQ(run["error"]["code"].GetString(), "loop");
  EXPECT_EQ(run["error"]["step"].GetInt(), 0);
  EXPECT_EQ(run["error"]["instruction"].GetInt(), 1);
  EXPECT_EQ(run["step"].Size(), 1U);
}

TEST(Trace, RecordedGradientsHaveNoLoss) {
  const TraceRecorder recorder =
      recorded(R"({"version": 1, "steps": 1, "problem": {"kind": "recorded",
    "parameters": {"w": {"shape": [2], "value": [1, 2]}}, "gradients": [{"w": [1, 1]}]},
    "runs": [{"optimizer": {"name": "SGD", "lr": 1}}]})",
               {1, false});
  const rapidjson::Document trace = parsed(recorder);
  EXPECT_TRUE(trace["runs"][0]["loss"][1].IsNull());
  EXPECT_EQ(trace["runs"][0]["parameters"]["w"][1][1].GetDouble(), 1.0);
}

TEST(Trace, AsCsvHasARowForEveryStepOfEveryRun) {
  const std::string csv = recorded(kBowl, {5, false}).csv();
  EXPECT_THAT(csv, StartsWith("run,step,loss,lr[0],x,y\r\n\"Adam\",0,1.01,0.1,1,0.1\r\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
}

}  // namespace
}  // namespace steplab
