// SPDX-License-Identifier: MIT
// Every loop of up to six lines does here what it does in PyTorch: parameters, gradients, warnings,
// and what it raises where.
#include <algorithm>
#include <map>

#include "core/session/played_programs.hpp"
#include "steplab/problem/dataset.hpp"

namespace steplab {
namespace {

using golden::Json;
using golden::Played;
using golden::RecordedPrograms;

class LoopProgramsTest : public testing::TestWithParam<const char*> {};

TEST_P(LoopProgramsTest, DoWhatTheyDoInPyTorch) {
  const auto file = golden::load("loops/" + std::string(GetParam()) + ".json");
  const RecordedPrograms recorded(file);
  const std::vector<golden::Program> programs = golden::all_programs();
  ASSERT_EQ(programs.size(), 11010U);
  ASSERT_EQ(recorded.count(), programs.size());

  Experiment experiment = golden::experiment_of(file["document"]);
  ProgramComparison comparison(tolerance_of(experiment));
  // Equal in PyTorch is equal here, bit for bit, and so is different: what the doctor's verdict
  // "equivalent" rests on where the bits themselves are not PyTorch's.
  std::map<std::size_t, std::string> bits_of_place;
  std::map<std::string, std::size_t> place_of_bits;
  std::size_t confused = 0;
  for (std::size_t program = 0; program < programs.size(); ++program) {
    experiment.loop = golden::loop_of(programs[program]);
    const std::vector<Played> ours = play(experiment);
    ASSERT_EQ(ours.size(), 1U);
    comparison.add(experiment.loop, ours[0], recorded.outcome(program));
    const std::vector<std::size_t> places = recorded.places(program);
    for (std::size_t row = 0; row < std::min(places.size(), ours[0].values.size()); ++row) {
      const std::string bits = text_of(ours[0].values[row]);
      confused += bits_of_place.try_emplace(places[row], bits).first->second != bits;
      confused += place_of_bits.try_emplace(bits, places[row]).first->second != places[row];
    }
  }
  EXPECT_EQ(confused, 0U) << "parameters are equal here and not in PyTorch, or the reverse";
}

INSTANTIATE_TEST_SUITE_P(Problems, LoopProgramsTest,
                         testing::Values("rosenbrock", "booth", "plane", "moons"),
                         [](const auto& instance) { return std::string(instance.param); });

// A problem's document with each of the loops.
std::vector<Experiment> further_experiments(const Json& loops, const Json& problem) {
  std::vector<Experiment> experiments;
  rapidjson::Document document;
  document.CopyFrom(problem["document"], document.GetAllocator());
  document.AddMember("loop", rapidjson::Value(), document.GetAllocator());
  for (const Json& loop : loops.GetArray()) {
    document["loop"].CopyFrom(loop, document.GetAllocator());
    experiments.push_back(golden::experiment_of(document));
  }
  return experiments;
}

// A graph that is kept, zeros in place of None, lines that run every other time only.
TEST(FurtherLoopProgramsTest, DoWhatTheyDoInPyTorch) {
  const auto file = golden::load("loops/further.json");
  for (const Json& problem : file["problems"].GetArray()) {
    SCOPED_TRACE(problem["name"].GetString());
    const RecordedPrograms recorded(problem);
    const std::vector<Experiment> experiments = further_experiments(file["loops"], problem);
    ASSERT_EQ(recorded.count(), experiments.size());
    ProgramComparison comparison(tolerance_of(experiments.front()));
    for (std::size_t program = 0; program < experiments.size(); ++program) {
      const std::vector<Played> ours = play(experiments[program]);
      ASSERT_EQ(ours.size(), 1U);
      comparison.add(experiments[program].loop, ours[0], recorded.outcome(program));
    }
  }
}

// Scaled and detached losses, freezing, layers and groups that come later, other optimizers, state
// that is saved and loaded.
TEST(InstructionLoopsTest, DoWhatTheyDoInPyTorch) {
  const auto file = golden::load("loops/instructions.json");
  for (const Json& problem : file["problems"].GetArray()) {
    SCOPED_TRACE(problem["name"].GetString());
    const RecordedPrograms recorded(problem);
    const std::vector<Experiment> experiments = further_experiments(problem["loops"], problem);
    ASSERT_EQ(recorded.count(), experiments.size());
    ProgramComparison comparison(tolerance_of(experiments.front()));
    for (std::size_t program = 0; program < experiments.size(); ++program) {
      const std::vector<Played> ours = play(experiments[program]);
      ASSERT_EQ(ours.size(), 1U);
      comparison.add(experiments[program].loop, ours[0], recorded.outcome(program));
    }
  }
}

// The same programs as runs of one session, loops of different lengths and some that raise.
TEST(FurtherLoopProgramsTest, DoNotDisturbEachOther) {
  const auto file = golden::load("loops/further.json");
  for (const Json& problem : file["problems"].GetArray()) {
    SCOPED_TRACE(problem["name"].GetString());
    const RecordedPrograms recorded(problem);
    const std::vector<Experiment> experiments = further_experiments(file["loops"], problem);
    Experiment race = experiments.front();
    race.runs.resize(experiments.size(), race.runs.front());
    for (std::size_t r = 0; r < race.runs.size(); ++r) {
      race.runs[r].label = std::to_string(r);
      race.runs[r].loop = experiments[r].loop;
    }
    const std::vector<Played> ours = play(race);
    ASSERT_EQ(ours.size(), recorded.count());
    ProgramComparison comparison(tolerance_of(race));
    for (std::size_t r = 0; r < ours.size(); ++r) {
      comparison.add(*race.runs[r].loop, ours[r], recorded.outcome(r));
    }
  }
}

// So that the programs learn from the same points, from the same start.
TEST(LoopProgramDataTest, IsPyTorchsBitForBit) {
  const auto file = golden::load("loops/further.json");
  std::size_t tasks = 0;
  for (const Json& problem : file["problems"].GetArray()) {
    SCOPED_TRACE(problem["name"].GetString());
    auto session = Session::create(golden::experiment_of(problem["document"]));
    ASSERT_TRUE(session) << session.error().message;
    const RunView run = (*session)->run(0);
    ASSERT_EQ(run.parameters.size(), problem["parameters"].Size());
    for (unsigned p = 0; p < problem["parameters"].Size(); ++p) {
      const Parameter& parameter = *run.parameters[p].parameter;
      EXPECT_EQ(parameter.name(), problem["parameters"][p]["name"].GetString());
      EXPECT_EQ(golden::bits_of(parameter.value().span()), problem["values"][0][p].GetString());
    }
    const Dataset* data = (*session)->dataset();
    ASSERT_EQ(data == nullptr, problem["inputs"].IsNull());
    if (data == nullptr) continue;
    ++tasks;
    EXPECT_EQ(golden::bits_of(data->train_x.span()), problem["inputs"]["x"]["bits"].GetString());
    const auto& labels = problem["inputs"]["labels"].GetArray();
    EXPECT_TRUE(std::equal(
        data->train_labels.begin(), data->train_labels.end(), labels.begin(), labels.end(),
        [](std::uint32_t ours, const Json& theirs) { return ours == theirs.GetUint(); }));
  }
  EXPECT_GT(tasks, 0U);
}

}  // namespace
}  // namespace steplab
