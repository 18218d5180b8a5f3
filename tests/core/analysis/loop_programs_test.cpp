// SPDX-License-Identifier: MIT
// The verdict on every loop of up to six lines that PyTorch has run: `error` exactly where PyTorch
// raised, `equivalent` exactly where its parameters were those of the canonical loop after every
// iteration.
#include "support/loop_programs.hpp"

#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/trial.hpp"
#include "core/analysis/diagnoses.hpp"

namespace steplab {
namespace {

using golden::Json;
using golden::Program;
using golden::RecordedPrograms;

class LoopVerdictsTest : public testing::TestWithParam<const char*> {};

Verdict judge(const Experiment& experiment) {
  Laboratory lab;
  const Case at_hand(experiment, 0, experiment.steps, lab);
  ComparisonWork work(at_hand.alone, at_hand.canonical);
  while (work.advance(experiment.steps)) {
  }
  return *work.take();
}

TEST_P(LoopVerdictsTest, AreWhatPytorchsParametersSay) {
  const auto file = golden::load("loops/" + std::string(GetParam()) + ".json");
  const RecordedPrograms recorded(file);
  const std::vector<Program> programs = golden::all_programs();
  ASSERT_EQ(recorded.count(), programs.size());
  Experiment experiment = golden::experiment_of(file["document"]);
  const Program canonical = {InstructionKind::kZeroGrad, InstructionKind::kForward,
                             InstructionKind::kBackward, InstructionKind::kStep,
                             InstructionKind::kSchedulerStep};
  const auto place = std::find(programs.begin(), programs.end(), canonical) - programs.begin();
  const std::vector<std::size_t> right = recorded.places(static_cast<std::size_t>(place));

  std::size_t equivalent = 0;
  std::size_t wrong = 0;
  for (std::size_t program = 0; program < programs.size(); ++program) {
    experiment.loop = golden::loop_of(programs[program]);
    const Verdict verdict = judge(experiment);
    const auto outcome = recorded.outcome(program);
    const std::vector<std::size_t> places = recorded.places(program);
    const char* expected = outcome.raised ? "error" : places == right ? "equivalent" : "different";
    bool is_right = kind_name(verdict.kind) == expected;
    if (outcome.raised) {
      is_right = is_right && verdict.message == outcome.raised->message &&
                 verdict.iteration == outcome.raised->iteration &&
                 verdict.line == outcome.raised->line;
    } else if (places != right) {
      const auto part = std::mismatch(places.begin(), places.end(), right.begin()).first;
      is_right = is_right && verdict.iteration == static_cast<std::size_t>(part - places.begin());
    } else {
      ++equivalent;
    }
    if (!is_right && ++wrong <= 5) {
      ADD_FAILURE() << to_json(experiment.loop) << ": " << kind_name(verdict.kind) << " at "
                    << verdict.iteration << ", " << verdict.message << "; expected " << expected;
    }
  }
  EXPECT_EQ(wrong, 0U);
  // Several orders are right, most are not.
  EXPECT_GT(equivalent, 10U);
  EXPECT_LT(equivalent, programs.size() / 10);
}

INSTANTIATE_TEST_SUITE_P(Problems, LoopVerdictsTest,
                         testing::Values("rosenbrock", "booth", "plane", "moons"),
                         [](const auto& instance) { return std::string(instance.param); });

// A loop that is right has no finding that calls it wrong; one that is not has one that says why,
// and one of its remedies makes it right. Of a sample of the programs, because each is tried many
// times.
void expect_just_findings(const std::string& problem, std::size_t stride) {
  const auto file = golden::load("loops/" + problem + ".json");
  const std::vector<Program> programs = golden::all_programs();
  Experiment experiment = golden::experiment_of(file["document"]);
  std::size_t unjust = 0;
  for (std::size_t program = 0; program < programs.size(); program += stride) {
    experiment.loop = golden::loop_of(programs[program]);
    const RunDiagnosis run = diagnose(experiment).runs.at(0);
    const bool is_equivalent = run.verdict.kind == Verdict::Kind::kEquivalent;
    const bool is_accused = !ids(run, /*notes=*/false).empty();
    const bool is_mended = std::any_of(
        run.findings.begin(), run.findings.end(),
        [](const Finding& finding) { return finding.remedy && finding.remedy->is_equivalent; });
    if (is_equivalent ? !is_accused : is_accused && is_mended) continue;
    if (++unjust <= 5) {
      ADD_FAILURE() << to_json(experiment.loop) << ": " << kind_name(run.verdict.kind)
                    << (is_accused ? ", accused" : "") << (is_mended ? ", mended" : "");
    }
  }
  EXPECT_EQ(unjust, 0U);
}

TEST(LoopFindingsTest, AccuseWrongLoopsAndNoOthers) { expect_just_findings("booth", 3); }

TEST(LoopFindingsTest, AccuseWrongLoopsOfAModelAndNoOthers) { expect_just_findings("moons", 29); }

}  // namespace
}  // namespace steplab
