// SPDX-License-Identifier: MIT
// Loops that give a run other layers, groups and optimizers: what the session tells of it.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/session/sessions.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

// A 2-3-2 network with SGD that runs `loop`.
std::string moons(const std::string& loop, const std::string& rest = "") {
  return R"({"version": 1, "steps": 50, "problem": {"kind": "task", "batch_size": 8,
             "data": {"name": "moons", "samples": 40}, "model": {"hidden": [3], "activation": "tanh"}},
             "runs": [{"optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.9}}], "loop": )" +
         loop + rest + "}";
}

const ParameterView* find(const RunView& run, std::string_view name, bool in_model) {
  for (const ParameterView& view : run.parameters) {
    if (view.parameter->name() == name && view.in_model == in_model) return &view;
  }
  return nullptr;
}

TEST(Structure, ALayerThatIsAddedBelongsToNoOptimizer) {
  const auto session = session_of(
      moons(R"(["zero_grad", "forward", "backward", "step", {"do": "add_layer", "at": 2}])"));
  session->advance(3);
  EXPECT_EQ(session->run(0).parameters.size(), 6U);
  const RunView run = session->run(0);
  const ParameterView* added = find(run, "4.weight", true);
  ASSERT_NE(added, nullptr);
  EXPECT_EQ(added->group, std::nullopt);
  EXPECT_EQ(added->parameter->shape(), (Shape{2, 2}));
  session->advance(4);
  // It gets gradients, which nobody clears, and never moves.
  const RunView later = session->run(0);
  const ParameterView* then = find(later, "4.weight", true);
  ASSERT_NE(then, nullptr);
  EXPECT_TRUE(then->parameter->has_grad());
  EXPECT_EQ(then->parameter->version(), 1U);
}

TEST(Structure, AnOptimizerKeepsParametersThatHaveLeftTheModel) {
  const auto session = session_of(moons(
      R"(["zero_grad", "forward", "backward", "step", {"do": "replace_layer", "layer": "2", "at": 2}])"));
  session->advance(6);
  const RunView run = session->run(0);
  const ParameterView* stale = find(run, "2.weight", false);
  const ParameterView* present = find(run, "2.weight", true);
  ASSERT_NE(stale, nullptr);
  ASSERT_NE(present, nullptr);
  EXPECT_EQ(stale->group, 0U);
  EXPECT_EQ(present->group, std::nullopt);
  EXPECT_FALSE(stale->parameter->has_grad());
  EXPECT_FALSE(stale->state.empty());
  EXPECT_TRUE(present->state.empty());
}

TEST(Structure, ANewOptimizerOwnsTheModelAsItIs) {
  const auto session = session_of(moons(
      R"(["zero_grad", "forward", "backward", "step", {"do": "replace_layer", "layer": "2", "at": 2},
                {"do": "recreate_optimizer", "at": 3}])"));
  session->advance(4);
  const RunView run = session->run(0);
  EXPECT_EQ(run.parameters.size(), 4U);
  for (const ParameterView& view : run.parameters) {
    EXPECT_TRUE(view.in_model);
    EXPECT_EQ(view.group, 0U);
    EXPECT_TRUE(view.state.empty());
  }
}

TEST(Structure, TheLineThatIsWrongIsNamed) {
  const auto session =
      session_of(moons(R"(["forward", {"do": "replace_layer", "layer": "3", "at": 4}])"));
  session->advance(10);
  const RunView run = session->run(0);
  ASSERT_EQ(run.status, RunStatus::kError);
  EXPECT_EQ(run.error->step, 4U);
  EXPECT_EQ(run.error->instruction, 1U);
  EXPECT_EQ(run.error->error.message,
            "\"3\" is not a Linear layer of the model; they are 0 to 2 in steps of 2");

  const auto freezing = session_of(moons(R"([{"do": "freeze", "params": ["7.weight"], "at": 1}])"));
  freezing->advance(10);
  ASSERT_EQ(freezing->run(0).status, RunStatus::kError);
  EXPECT_EQ(freezing->run(0).error->error.message,
            "\"7.weight\" is not a parameter of the model; they are 0.weight, 0.bias, 2.weight, "
            "2.bias");
}

TEST(Structure, ALoopThatGrowsForEverIsStopped) {
  auto experiment = parse_experiment(moons(R"([{"replace_layer": "0"}, "forward"])"));
  ASSERT_TRUE(experiment);
  experiment->steps = 200;
  auto session = Session::create(*experiment);
  ASSERT_TRUE(session);
  (*session)->advance(200);
  ASSERT_EQ((*session)->run(0).status, RunStatus::kError);
  EXPECT_EQ((*session)->run(0).error->step, 64U);
}

TEST(Structure, RecreatingAnOptimizerForEverIsNot) {
  auto experiment = parse_experiment(moons(
      R"(["recreate_optimizer", {"do": "add_layer", "at": 5}, "forward", "backward", "step"])"));
  ASSERT_TRUE(experiment);
  experiment->steps = 2000;
  auto session = Session::create(*experiment);
  ASSERT_TRUE(session);
  (*session)->advance(2000);
  EXPECT_EQ((*session)->run(0).status, RunStatus::kCompleted);
  ASSERT_TRUE((*session)->rewind(1));
  EXPECT_EQ((*session)->run(0).parameters.size(), 4U);
  ASSERT_TRUE((*session)->rewind(1500));
  EXPECT_EQ((*session)->run(0).parameters.size(), 6U);
}

TEST(Structure, AnotherLoopFromAnIterationOn) {
  const auto session = session_of(
      R"({"version": 1, "steps": 20, "problem": {"kind": "surface", "name": "bowl"},
          "runs": [{"optimizer": {"name": "SGD", "lr": 0.1}}],
          "edits": [{"at": 5, "loop": ["zero_grad", "forward", "backward", "zero_grad", "step", "step"]}]})");
  session->advance(5);
  const float at_edit = value_of(*session, 0, 0);
  session->advance(5);
  EXPECT_EQ(value_of(*session, 0, 0), at_edit) << "zero_grad stands between backward and step";
  EXPECT_EQ(session->loop(0).size(), 6U);
  ASSERT_TRUE(session->rewind(3));
  EXPECT_EQ(session->loop(0).size(), 4U);
  session->advance(2);
  EXPECT_EQ(value_of(*session, 0, 0), at_edit);
}

TEST(Structure, ABranchIsACopyThatIsEditedFromAStepOn) {
  const auto session = session_of(
      R"({"version": 1, "steps": 40, "problem": {"kind": "surface", "name": "rosenbrock"},
          "runs": [{"label": "trunk", "optimizer": {"name": "Adam", "lr": 0.05}},
                   {"label": "branch", "optimizer": {"name": "Adam", "lr": 0.05}}]})");
  session->advance(15);
  Edit edit;
  edit.run = 1;
  edit.action = Edit::Loop{{{.kind = InstructionKind::kForward},
                            {.kind = InstructionKind::kBackward},
                            {.kind = InstructionKind::kStep}}};
  ASSERT_TRUE(session->edit(edit));
  session->advance(10);
  EXPECT_NE(value_of(*session, 0, 0), value_of(*session, 1, 0));
  ASSERT_TRUE(session->rewind(15));
  EXPECT_EQ(value_of(*session, 0, 0), value_of(*session, 1, 0));
  session->advance(1);
  EXPECT_NE(value_of(*session, 0, 0), value_of(*session, 1, 0));
}

TEST(Structure, ATraceHasTheParametersThatComeLater) {
  auto experiment = parse_experiment(
      moons(R"(["zero_grad", "forward", "backward", "step", {"do": "add_layer", "at": 1}])"));
  ASSERT_TRUE(experiment);
  experiment->steps = 3;
  auto recorder = TraceRecorder::create(*experiment, {1, true});
  ASSERT_TRUE(recorder);
  recorder->advance(3);
  const std::string json = recorder->json();
  EXPECT_NE(json.find(R"("4.bias":[null,null,[)"), std::string::npos) << json;
  const std::string csv = recorder->csv();
  EXPECT_NE(csv.find("4.weight[3],4.bias[0],4.bias[1]"), std::string::npos);
  // Every line has as many cells.
  std::size_t cells = 0;
  for (std::size_t start = 0; start < csv.size();) {
    const std::size_t end = csv.find("\r\n", start);
    const auto count =
        static_cast<std::size_t>(std::count(csv.begin() + static_cast<std::ptrdiff_t>(start),
                                            csv.begin() + static_cast<std::ptrdiff_t>(end), ','));
    if (cells == 0) cells = count;
    EXPECT_EQ(count, cells);
    start = end + 2;
  }
}

}  // namespace
}  // namespace steplab
