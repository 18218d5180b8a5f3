// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <rapidjson/document.h>

#include <cmath>

#include "core/analysis/diagnoses.hpp"

namespace steplab {
namespace {

using testing::HasSubstr;

std::string on_bowl(const std::string& loop, const std::string& more = "") {
  return R"({"version": 1, "steps": 30, "problem": {"kind": "surface", "name": "bowl"},
             "runs": [{"optimizer": {"name": "SGD", "lr": 0.05})" +
         more + R"(}], "loop": )" + loop + "}";
}

TEST(ExaminationTest, RefusesWhatASessionRefuses) {
  auto experiment = parse_experiment(on_bowl(R"(["step"])"));
  experiment->runs[0].optimizer.name = "Nadam";
  const auto examination = Examination::create(*experiment);
  ASSERT_FALSE(examination);
  EXPECT_EQ(examination.error().path, "/runs/0/optimizer/name");
}

TEST(ExaminationTest, SaysTheSameInSlicesOfAnySize) {
  const std::string document = on_bowl(R"(["forward", "backward", "step"])");
  const std::string whole = to_json(diagnose(document, 1'000'000));
  EXPECT_EQ(to_json(diagnose(document, 1)), whole);
  EXPECT_EQ(to_json(diagnose(document, 7)), whole);
}

TEST(ExaminationTest, TellsOfProgressThatNeverGoesBack) {
  auto experiment = parse_experiment(on_bowl(R"(["forward", "backward", "step"])"));
  experiment->runs.push_back(experiment->runs[0]);
  experiment->runs[1].label = "again";
  auto examination = Examination::create(*experiment);
  ASSERT_TRUE(examination);
  double last = (*examination)->progress();
  EXPECT_EQ(last, 0.0);
  std::size_t slices = 0;
  while (!(*examination)->advance(10)) {
    const double progress = (*examination)->progress();
    EXPECT_GE(progress, last);
    EXPECT_LT(progress, 1.0);
    last = progress;
    ++slices;
  }
  EXPECT_GT(slices, 10U);
  EXPECT_EQ((*examination)->progress(), 1.0);
  EXPECT_TRUE((*examination)->advance(1));
  EXPECT_EQ((*examination)->result().runs.size(), 2U);
}

TEST(ExaminationTest, MendsTheRunThatItIsAboutAndNoOther) {
  const Diagnosis diagnosis = diagnose(
      R"({"version": 1, "steps": 20, "problem": {"kind": "surface", "name": "bowl"},
          "runs": [{"optimizer": {"name": "SGD", "lr": 0.05}},
                   {"optimizer": {"name": "Adam"}, "loop": ["forward", "backward", "step"]}]})");
  ASSERT_EQ(diagnosis.runs.size(), 2U);
  EXPECT_TRUE(diagnosis.runs[0].findings.empty());
  const Finding* finding = find(diagnosis.runs[1], "missing_zero_grad");
  ASSERT_NE(finding, nullptr);
  ASSERT_TRUE(finding->remedy.has_value());
  const Experiment& mended = finding->remedy->experiment;
  EXPECT_FALSE(mended.runs[0].loop.has_value());
  ASSERT_TRUE(mended.runs[1].loop.has_value());
  EXPECT_EQ(mended.runs[1].loop->front().kind, InstructionKind::kZeroGrad);
  EXPECT_EQ(mended.steps, 20U);
}

TEST(VerdictTest, NamesTheFirstElementThatDiffers) {
  const auto run = diagnose(on_bowl(R"(["forward", "backward", "step"])")).runs.at(0);
  EXPECT_EQ(kind_name(run.verdict.kind), "different");
  // The first update is right: nothing has piled up.
  EXPECT_EQ(run.verdict.iteration, 1U);
  EXPECT_EQ(run.verdict.parameter, "x");
  EXPECT_EQ(run.verdict.element, 0U);
  EXPECT_NE(run.verdict.value, run.verdict.canonical);
}

TEST(VerdictTest, CountsWhatIsRaisedMoreThanWhatDifferedBefore) {
  const auto run = diagnose(
                       R"({"version": 1, "steps": 10, "problem": {"kind": "surface",
                           "formula": "x^2 + y^2", "start": [1, 1]},
                           "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
                           "loop": ["forward", "backward", "step", {"do": "backward", "at": 3}]})")
                       .runs.at(0);
  EXPECT_EQ(kind_name(run.verdict.kind), "error");
  EXPECT_EQ(run.verdict.iteration, 3U);
  EXPECT_EQ(run.verdict.line, 3U);
  EXPECT_THAT(run.verdict.message, HasSubstr("backward through the graph a second time"));
}

TEST(DiagnosisJsonTest, IsTheShapeThatThePageReads) {
  const std::string json = to_json(diagnose(on_bowl(R"(["forward", "backward", "step"])")));
  rapidjson::Document document;
  document.Parse(json.c_str());
  ASSERT_FALSE(document.HasParseError());
  EXPECT_EQ(document["version"].GetInt(), 1);
  const auto& run = document["runs"][0];
  EXPECT_STREQ(run["canonical_loop"][0].GetString(), "zero_grad");
  EXPECT_STREQ(run["verdict"]["kind"].GetString(), "different");
  EXPECT_TRUE(run["verdict"]["difference"].IsNumber());
  const auto& finding = run["findings"][0];
  EXPECT_STREQ(finding["id"].GetString(), "missing_zero_grad");
  EXPECT_STREQ(finding["severity"].GetString(), "error");
  EXPECT_TRUE(finding["parameter"].IsNull());
  EXPECT_STREQ(finding["remedy"]["outcome"]["kind"].GetString(), "equivalent");
  EXPECT_TRUE(finding["remedy"]["experiment"]["problem"].IsObject());
}

TEST(DiagnosisJsonTest, WritesWhatIsNotFiniteAsText) {
  Diagnosis diagnosis;
  Finding finding;
  finding.id = "diverging";
  finding.evidence = {{"loss", std::numeric_limits<double>::infinity()}, {"lr", std::nan("")}};
  diagnosis.runs.push_back({"SGD", {}, {}, {finding}});
  const std::string json = to_json(diagnosis);
  EXPECT_THAT(json, HasSubstr(R"({"name":"loss","value":"inf"},{"name":"lr","value":"nan"})"));
}

// --- what single findings measured -------------------------------------------------------------

TEST(FindingTest, MissingZeroGradTellsHowMuchPiledUp) {
  const auto run = diagnose(on_bowl(R"(["forward", "backward", "step"])")).runs.at(0);
  const Finding& finding = *find(run, "missing_zero_grad");
  EXPECT_EQ(finding.line, 2U);
  EXPECT_EQ(finding.iteration, 1U);
  EXPECT_EQ(evidence(finding, "batches whose gradients that step() used"), 2.0);
  EXPECT_GT(evidence(finding, "norm of the gradient that it used"),
            1.5 * evidence(finding, "norm of its own batch's gradient"));
}

TEST(FindingTest, TwoStepsOfSgdAreOneAtTwiceTheLearningRate) {
  const auto run =
      diagnose(on_bowl(R"(["zero_grad", "forward", "backward", "step", "step"])")).runs.at(0);
  const Finding& finding = *find(run, "two_steps_per_batch");
  EXPECT_LT(evidence(finding,
                     "largest difference, in the end, from one step at twice the learning "
                     "rate"),
            1e-5);
}

TEST(FindingTest, SchedulerOrderQuotesPytorchsWarning) {
  const auto run =
      diagnose(on_bowl(R"(["scheduler_step", "zero_grad", "forward", "backward", "step"])",
                       R"(, "scheduler": {"name": "ExponentialLR", "gamma": 0.5})"))
          .runs.at(0);
  const Finding& finding = *find(run, "scheduler_before_optimizer");
  EXPECT_THAT(finding.pytorch,
              HasSubstr("UserWarning: Detected call of `lr_scheduler.step()` before "
                        "`optimizer.step()`."));
  EXPECT_EQ(evidence(finding, "learning rate of the first update"), 0.025);
}

TEST(FindingTest, ASchedulerLeftBehindIsMendedByAddingTheNewLayerToItsOptimizer) {
  const Diagnosis diagnosis = diagnose(std::string(R"({
    "version": 1, "steps": 100,
    "problem": {"kind": "task", "data": {"name": "moons", "samples": 120},
                "model": {"hidden": [8], "activation": "tanh"}, "batch_size": 16},
    "runs": [{"optimizer": {"name": "Adam", "lr": 1.0},
              "scheduler": {"name": "ExponentialLR", "gamma": 0.5}}],
    "loop": [{"do": "replace_layer", "layer": "2", "at": 3}, {"do": "recreate_optimizer", "at": 3},
             "zero_grad", "forward", "backward", "step", {"do": "scheduler_step", "every": 20}]})"));
  const Finding* finding = find(diagnosis.runs[0], "scheduler_left_behind");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->line, 1U);
  EXPECT_EQ(finding->iteration, 3U);
  EXPECT_EQ(evidence(*finding, "learning rate at the end"), 1.0);
  EXPECT_EQ(evidence(*finding, "learning rate at the end with one optimizer"), 0.03125);  // 0.5⁵
  ASSERT_TRUE(finding->remedy);
  const Instruction& line = finding->remedy->experiment.loop[1];
  EXPECT_EQ(line.kind, InstructionKind::kAddParamGroup);
  EXPECT_EQ(line.at, 3U);
  EXPECT_EQ(line.group.params, (std::vector<std::string>{"2.weight", "2.bias"}));
  EXPECT_LT(finding->remedy->after, finding->remedy->before);
}

TEST(FindingTest, DivergenceComparesTheLearningRateWithTheMeasuredLimit) {
  const auto run = diagnose(
                       R"({"version": 1, "steps": 400, "problem": {"kind": "surface",
                           "formula": "x^2 + 10*y^2", "start": [3, 1]},
                           "runs": [{"optimizer": {"name": "SGD", "lr": 0.11}}]})")
                       .runs.at(0);
  const Finding& finding = *find(run, "diverging_past_stability_limit");
  EXPECT_NEAR(evidence(finding, "largest curvature λ"), 20.0, 0.01);
  EXPECT_NEAR(evidence(finding, "stability limit"), 0.1, 1e-4);
  ASSERT_TRUE(finding.remedy.has_value());
  EXPECT_LT(finding.remedy->after, 1.0);
}

TEST(FindingTest, FirstNanIsTheOperationsThatMadeIt) {
  const auto run = diagnose(
                       R"({"version": 1, "steps": 60, "problem": {"kind": "surface",
                           "formula": "sqrt(x) + y^2", "start": [0.05, 1]},
                           "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}]})")
                       .runs.at(0);
  const Finding& finding = *find(run, "nan_first_operation");
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_THAT(finding.title, HasSubstr("torch.sqrt"));
}

TEST(FindingTest, AccumulationMatchesTheBigBatchUnlessEveryBatchIsClipped) {
  const auto run = diagnose(
                       R"({"version": 1, "steps": 40, "problem": {"kind": "task",
                           "data": {"name": "moons", "samples": 200},
                           "model": {"hidden": [8], "activation": "tanh"}, "batch_size": 10},
                           "runs": [{"optimizer": {"name": "AdamW", "lr": 0.01}}],
                           "loop": ["forward", {"scale_loss": 4}, "backward",
                                    {"do": "step", "every": 4}, {"do": "zero_grad", "every": 4}]})")
                       .runs.at(0);
  EXPECT_EQ(kind_name(run.verdict.kind), "equivalent");
  const Finding& finding = *find(run, "accumulation_matches_big_batch");
  EXPECT_LT(evidence(finding, "the same with SGD"), 1e-4);
  EXPECT_LT(evidence(finding, "the same with Adam"), 1e-3);
  EXPECT_LT(evidence(finding, "the same with SGD, clipping once before each step"), 1e-4);
  EXPECT_GT(evidence(finding, "the same with SGD, clipping after every batch"), 1e-3);
}

}  // namespace
}  // namespace steplab
