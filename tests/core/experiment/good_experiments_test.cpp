// SPDX-License-Identifier: MIT
// What a good document means, and the experiments of tests/data/experiments.
#include <gtest/gtest.h>

#include "core/experiment/test_files.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

Experiment parsed(std::string_view json) {
  Result<Experiment> result = parse_experiment(json);
  EXPECT_TRUE(result.ok()) << result.error().path << ": " << result.error().message;
  return result.ok() ? std::move(result).value() : Experiment{};
}

Experiment with_runs(const std::string& runs) {
  return parsed(R"({"version":1,"problem":{"kind":"surface","name":"booth"},"runs":)" + runs + "}");
}

TEST(GoodExperiment, HasDefaults) {
  const Experiment experiment = with_runs(R"([{"optimizer":{"name":"SGD"}}])");
  EXPECT_EQ(experiment.seed, 0u);
  EXPECT_EQ(experiment.steps, 500u);
  EXPECT_TRUE(experiment.edits.empty());
  ASSERT_EQ(experiment.loop.size(), 4u);
  EXPECT_EQ(experiment.loop[0].kind, InstructionKind::kZeroGrad);
  EXPECT_TRUE(experiment.loop[0].set_to_none);
  EXPECT_EQ(experiment.loop[3].kind, InstructionKind::kStep);
  const auto& surface = std::get<SurfaceSpec>(experiment.problem);
  EXPECT_EQ(surface.name, "booth");
  EXPECT_FALSE(surface.start.has_value());
}

TEST(GoodExperiment, ReadsTasks) {
  const Experiment experiment = parsed(
      R"({"version":1,"problem":{"kind":"task","data":{"name":"moons","samples":40,"noise":0.3,
          "seed":9,"test_fraction":0.5},"model":{"hidden":[8,4],"activation":"tanh"},"loss":"mse",
          "batch_size":8},"runs":[{"optimizer":{"name":"SGD"}}]})");
  const auto& task = std::get<TaskSpec>(experiment.problem);
  EXPECT_EQ(task.data.name, "moons");
  EXPECT_EQ(task.data.samples, 40u);
  EXPECT_EQ(task.data.noise, 0.3);
  EXPECT_EQ(task.data.seed, 9u);
  EXPECT_EQ(task.data.test_fraction, 0.5);
  EXPECT_EQ(task.model.hidden, (std::vector<std::size_t>{8, 4}));
  EXPECT_EQ(task.model.activation, "tanh");
  EXPECT_EQ(task.loss, "mse");
  EXPECT_EQ(task.batch_size, 8u);
}

TEST(GoodExperiment, TellsNoGradientFromZeros) {
  const Experiment experiment = parsed(
      R"({"version":1,"problem":{"kind":"recorded","parameters":{"w":{"shape":[1,2],"value":[1,2]},
          "b":{"shape":[],"value":[0.1]}},"gradients":[{"b":[3],"w":null},{"w":[0,0]}]},
          "runs":[{"optimizer":{"name":"SGD"}}]})");
  const auto& recorded = std::get<RecordedSpec>(experiment.problem);
  ASSERT_EQ(recorded.parameters.size(), 2u);
  EXPECT_EQ(recorded.parameters[0].shape, (Shape{1, 2}));
  EXPECT_EQ(recorded.parameters[1].value, (std::vector<float>{0.1f}));
  ASSERT_EQ(recorded.gradients.size(), 2u);
  EXPECT_FALSE(recorded.gradients[0][0].has_value());
  EXPECT_EQ(recorded.gradients[0][1], RecordedSpec::Gradient(std::vector<float>{3}));
  EXPECT_EQ(recorded.gradients[1][0], RecordedSpec::Gradient(std::vector<float>{0, 0}));
  EXPECT_FALSE(recorded.gradients[1][1].has_value());
}

TEST(GoodExperiment, TakesRowSparseGradients) {
  const Experiment experiment = parsed(
      R"({"version":1,"problem":{"kind":"recorded","parameters":{"w":{"shape":[3,2],"value":[1,2,3,4,5,6]}},
          "gradients":[{"w":{"rows":[2,0,2],"values":[1,2,3,4,5,6]}},{"w":{"rows":[],"values":[]}},{"w":null}]},
          "runs":[{"optimizer":{"name":"SparseAdam"}}]})");
  const auto& gradients = std::get<RecordedSpec>(experiment.problem).gradients;
  ASSERT_EQ(gradients.size(), 3u);
  EXPECT_EQ(gradients[0][0], RecordedSpec::Gradient(RecordedRows{{2, 0, 2}, {1, 2, 3, 4, 5, 6}}));
  EXPECT_EQ(gradients[1][0], RecordedSpec::Gradient(RecordedRows{}));
  EXPECT_FALSE(gradients[2][0].has_value());
}

TEST(GoodExperiment, KeepsOptionsInOrder) {
  const Experiment experiment = with_runs(
      R"([{"optimizer":{"weight_decay":1,"name":"Adam","betas":[0.9,0.99],"amsgrad":true,
           "foreach":null},"scheduler":{"name":"StepLR","step_size":30},
           "param_groups":[{"params":["y"],"lr":0.5}]}])");
  const RunSpec& run = experiment.runs[0];
  const HyperValues expected = {{"weight_decay", 1.0},
                                {"betas", std::vector<double>{0.9, 0.99}},
                                {"amsgrad", true},
                                {"foreach", std::monostate{}}};
  EXPECT_EQ(run.optimizer.options, expected);
  ASSERT_EQ(run.schedulers.size(), 1U);
  EXPECT_EQ(run.schedulers.front().options, (HyperValues{{"step_size", 30.0}}));
  ASSERT_EQ(run.param_groups.size(), 1u);
  EXPECT_EQ(run.param_groups[0].params, std::vector<std::string>{"y"});
  EXPECT_EQ(run.param_groups[0].options, (HyperValues{{"lr", 0.5}}));
}

TEST(GoodExperiment, ReadsEveryFormOfLine) {
  const Experiment experiment = parsed(
      R"({"version":1,"problem":{"kind":"surface","name":"booth"},"runs":[{"optimizer":
          {"name":"SGD"}}],"loop":["forward",{"clip_grad_norm":2},{"clip_grad_value":0.5},
          {"do":"zero_grad","every":4,"set_to_none":false},{"do":"backward","retain_graph":true},
          {"do":"clip_grad_norm","max_norm":3,"enabled":false},"scheduler_step"]})");
  const std::vector<Instruction>& loop = experiment.loop;
  ASSERT_EQ(loop.size(), 7u);
  EXPECT_EQ(loop[1].kind, InstructionKind::kClipGradNorm);
  EXPECT_EQ(loop[1].limit, 2.0);
  EXPECT_EQ(loop[2].kind, InstructionKind::kClipGradValue);
  EXPECT_EQ(loop[2].limit, 0.5);
  EXPECT_EQ(loop[3].every, 4u);
  EXPECT_FALSE(loop[3].set_to_none);
  EXPECT_TRUE(loop[4].retain_graph);
  EXPECT_EQ(loop[5].limit, 3.0);
  EXPECT_FALSE(loop[5].enabled);
  EXPECT_EQ(loop[6].kind, InstructionKind::kSchedulerStep);
}

TEST(GoodExperiment, NamesInstructionsBothWays) {
  for (int i = 0; i <= static_cast<int>(InstructionKind::kClipGradValue); ++i) {
    const auto kind = static_cast<InstructionKind>(i);
    EXPECT_EQ(instruction_from_name(instruction_name(kind)), kind);
  }
  EXPECT_FALSE(instruction_from_name("zero").has_value());
}

TEST(GoodExperiment, LabelsRunsApart) {
  const Experiment experiment = with_runs(
      R"([{"optimizer":{"name":"Adam"}},{"optimizer":{"name":"Adam","lr":0.001}},
          {"optimizer":{"name":"Adam","lr":1e-3}},{"label":"Adam","optimizer":{"name":"SGD"}},
          {"label":"mine","optimizer":{"name":"SGD"}}])");
  std::vector<std::string> labels;
  for (const RunSpec& run : experiment.runs) labels.push_back(run.label);
  EXPECT_EQ(labels,
            (std::vector<std::string>{"Adam", "Adam 0.001", "Adam 0.001 (2)", "Adam (2)", "mine"}));
}

TEST(GoodExperiment, KeepsNumberedLabelsWithinTheirLimit) {
  const std::string label(80, 'a');
  const std::string run = R"({"label":")" + label + R"(","optimizer":{"name":"SGD"}})";
  const Experiment experiment = with_runs("[" + run + "," + run + "]");
  EXPECT_EQ(experiment.runs[1].label, std::string(76, 'a') + " (2)");
}

class ExperimentFile : public testing::TestWithParam<const char*> {};

TEST_P(ExperimentFile, IsGood) {
  const std::string json = read_test_data("experiments/" + std::string(GetParam()) + ".json");
  ASSERT_FALSE(json.empty());
  const Experiment experiment = parsed(json);
  EXPECT_GE(experiment.steps, 50u);
  EXPECT_LE(experiment.steps, 200u);
}

INSTANTIATE_TEST_SUITE_P(All, ExperimentFile,
                         testing::Values("rosenbrock_race", "beale_adam", "himmelblau_momentum",
                                         "booth_nesterov", "rastrigin_rmsprop", "ackley_adamw",
                                         "ravine_adagrad", "saddle_race", "plateau_edits",
                                         "valley_clip", "formula_exp_tanh", "formula_cos_log_sqrt",
                                         "styblinski_accumulate", "moons_tanh_race",
                                         "circles_relu_mse", "spirals_deep_schedulers",
                                         "blobs_param_groups", "digits_adam", "digits_linear_sgd",
                                         "recorded_missing_gradients", "moons_mistakes"),
                         [](const auto& file) { return std::string(file.param); });

}  // namespace
}  // namespace steplab
