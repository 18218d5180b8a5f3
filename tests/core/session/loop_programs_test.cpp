// SPDX-License-Identifier: MIT
// Every loop of up to six lines does here what it does in PyTorch: parameters, gradients, warnings,
// and what it raises where.
#include "core/session/loop_programs.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "steplab/problem/dataset.hpp"

namespace steplab {
namespace {

using golden::Json;
using golden::Played;
using golden::RecordedPrograms;

constexpr std::array<InstructionKind, 5> kInstructions = {
    InstructionKind::kZeroGrad, InstructionKind::kForward, InstructionKind::kBackward,
    InstructionKind::kStep, InstructionKind::kSchedulerStep};
constexpr std::size_t kLongest = 6;
constexpr std::ptrdiff_t kMost = 2;  // of each instruction

using Program = std::vector<InstructionKind>;

// Appends what continues a program to the given length, in the order of kInstructions.
void append_programs(std::size_t length, Program& begun, std::vector<Program>& programs) {
  if (begun.size() == length) {
    programs.push_back(begun);
    return;
  }
  for (const InstructionKind kind : kInstructions) {
    if (std::count(begun.begin(), begun.end(), kind) == kMost) continue;
    begun.push_back(kind);
    append_programs(length, begun, programs);
    begun.pop_back();
  }
}

// In the order of the files: shorter before longer.
std::vector<Program> all_programs() {
  std::vector<Program> programs;
  Program begun;
  for (std::size_t length = 1; length <= kLongest; ++length) {
    append_programs(length, begun, programs);
  }
  return programs;
}

std::vector<Instruction> loop_of(const Program& program) {
  std::vector<Instruction> loop;
  for (const InstructionKind kind : program) loop.push_back({.kind = kind});
  return loop;
}

std::string text_of(const std::vector<Instruction>& loop) {
  std::string text;
  for (const Instruction& line : loop) {
    text += text.empty() ? "" : "; ";
    text += instruction_name(line.kind);
    if (line.retain_graph) text += "(retain_graph=True)";
    if (!line.set_to_none) text += "(set_to_none=False)";
    if (line.every > 1) text += " every " + std::to_string(line.every);
  }
  return text;
}

// A file's document, with a loop that takes the place of whatever it has.
Experiment experiment_of(const Json& document) {
  auto experiment = parse_experiment(golden::text_of(document));
  if (!experiment) {
    ADD_FAILURE() << experiment.error().path << ": " << experiment.error().message;
    return {};
  }
  return std::move(experiment).value();
}

// Surfaces agree bit for bit. A network's sums are ordered differently in PyTorch's matrix
// products, which also fuse multiplications with additions.
double tolerance_of(const Experiment& experiment) {
  return std::holds_alternative<SurfaceSpec>(experiment.problem) ? 0.0 : 1e-6;
}

// Counts the programs that do something else than PyTorch's and describes the first ones.
class Comparison {
 public:
  explicit Comparison(double tolerance) : tolerance_(tolerance) {}

  ~Comparison() { EXPECT_EQ(disagreements_, 0U) << "programs disagree with PyTorch"; }

  void add(const std::vector<Instruction>& loop, const Played& ours, const Played& theirs) {
    const std::string difference = difference_of(ours, theirs);
    if (difference.empty()) return;
    constexpr std::size_t kShown = 5;
    if (++disagreements_ <= kShown) ADD_FAILURE() << text_of(loop) << "\n" << difference;
  }

 private:
  std::string difference_of(const Played& ours, const Played& theirs) const {
    if (ours.raised != theirs.raised) {
      return "here: " + golden::text_of(ours.raised) +
             "\nin PyTorch: " + golden::text_of(theirs.raised);
    }
    if (ours.warnings != theirs.warnings) {
      return "warnings: " + testing::PrintToString(ours.warnings) +
             "\nin PyTorch: " + testing::PrintToString(theirs.warnings);
    }
    return rows_differ("parameters", ours.values, theirs.values) +
           rows_differ("gradients", ours.gradients, theirs.gradients);
  }

  std::string rows_differ(const std::string& what, const std::vector<golden::Tensors>& ours,
                          const std::vector<golden::Tensors>& theirs) const {
    const double apart =
        tolerance_ > 0.0 ? golden::distance(ours, theirs) : golden::distance_of_bits(ours, theirs);
    if (apart <= tolerance_) return "";
    std::string text = what + ", " + testing::PrintToString(apart) + " apart:\n";
    for (std::size_t row = 0; row < std::max(ours.size(), theirs.size()); ++row) {
      text += row < ours.size() ? golden::bits_of(ours[row]) : "ended ";
      text += "| " + (row < theirs.size() ? golden::bits_of(theirs[row]) : "ended") + "\n";
    }
    return text;
  }

  double tolerance_;
  std::size_t disagreements_ = 0;
};

class LoopProgramsTest : public testing::TestWithParam<const char*> {};

TEST_P(LoopProgramsTest, DoWhatTheyDoInPyTorch) {
  const auto file = golden::load("loops/" + std::string(GetParam()) + ".json");
  const RecordedPrograms recorded(file);
  const std::vector<Program> programs = all_programs();
  ASSERT_EQ(programs.size(), 11010U);
  ASSERT_EQ(recorded.count(), programs.size());

  Experiment experiment = experiment_of(file["document"]);
  Comparison comparison(tolerance_of(experiment));
  // Equal in PyTorch is equal here, bit for bit, and so is different: what the doctor's verdict
  // "equivalent" rests on where the bits themselves are not PyTorch's.
  std::map<std::size_t, std::string> bits_of_place;
  std::map<std::string, std::size_t> place_of_bits;
  std::size_t confused = 0;
  for (std::size_t program = 0; program < programs.size(); ++program) {
    experiment.loop = loop_of(programs[program]);
    const Played ours = golden::play(experiment);
    comparison.add(experiment.loop, ours, recorded.outcome(program));
    const std::vector<std::size_t> places = recorded.places(program);
    for (std::size_t row = 0; row < std::min(places.size(), ours.values.size()); ++row) {
      const std::string bits = golden::bits_of(ours.values[row]);
      confused += bits_of_place.try_emplace(places[row], bits).first->second != bits;
      confused += place_of_bits.try_emplace(bits, places[row]).first->second != places[row];
    }
  }
  EXPECT_EQ(confused, 0U) << "parameters are equal here and not in PyTorch, or the reverse";
}

INSTANTIATE_TEST_SUITE_P(Problems, LoopProgramsTest,
                         testing::Values("rosenbrock", "booth", "plane", "moons"),
                         [](const auto& instance) { return std::string(instance.param); });

// A graph that is kept, zeros in place of None, lines that run every other time only.
TEST(FurtherLoopProgramsTest, DoWhatTheyDoInPyTorch) {
  const auto file = golden::load("loops/further.json");
  for (const Json& problem : file["problems"].GetArray()) {
    SCOPED_TRACE(problem["name"].GetString());
    const RecordedPrograms recorded(problem);
    ASSERT_EQ(recorded.count(), file["loops"].Size());
    rapidjson::Document document;
    document.CopyFrom(problem["document"], document.GetAllocator());
    document.AddMember("loop", rapidjson::Value(), document.GetAllocator());
    Comparison comparison(tolerance_of(experiment_of(problem["document"])));
    for (unsigned program = 0; program < file["loops"].Size(); ++program) {
      document["loop"].CopyFrom(file["loops"][program], document.GetAllocator());
      const Experiment experiment = experiment_of(document);
      comparison.add(experiment.loop, golden::play(experiment), recorded.outcome(program));
    }
  }
}

// So that the programs above learn from the same points, from the same start.
TEST(LoopProgramDataTest, IsPyTorchsBitForBit) {
  const auto file = golden::load("loops/moons.json");
  auto session = Session::create(experiment_of(file["document"]));
  ASSERT_TRUE(session) << session.error().message;
  const Dataset* data = (*session)->dataset();
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(golden::bits_of(data->train_x.span()), file["inputs"]["x"]["bits"].GetString());
  ASSERT_EQ(data->train_labels.size(), file["inputs"]["labels"].Size());
  for (unsigned i = 0; i < file["inputs"]["labels"].Size(); ++i) {
    EXPECT_EQ(data->train_labels[i], file["inputs"]["labels"][i].GetUint()) << i;
  }
  const RunView run = (*session)->run(0);
  ASSERT_EQ(run.parameters.size(), file["parameters"].Size());
  for (unsigned p = 0; p < file["parameters"].Size(); ++p) {
    EXPECT_EQ(run.parameters[p].parameter->name(), file["parameters"][p]["name"].GetString());
    EXPECT_EQ(golden::bits_of(run.parameters[p].parameter->value().span()),
              file["values"][0][p].GetString());
  }
}

}  // namespace
}  // namespace steplab
