// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "analysis/laboratory.hpp"
#include "analysis/observation.hpp"
#include "analysis/trial.hpp"
#include "steplab/analysis/diagnosis.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// One run before the doctor: what it is, and what was seen when it was executed.
struct Case {
  const Experiment& document;
  std::size_t run;
  Laboratory& lab;
  Experiment alone;      ///< the run on its own, its loop in `loop`, for as many steps as compared
  Experiment canonical;  ///< the same with the canonical loop
  const Verdict* verdict = nullptr;
  const Observation* seen = nullptr;
  const Trial* trial = nullptr;            ///< of `alone`
  const Trial* canonical_trial = nullptr;  ///< of `canonical`
  bool changes_loop = false;               ///< an edit exchanges it
  bool is_explained = false;               ///< an error or a warning has been found

  Case(const Experiment& whole, std::size_t index, std::size_t steps, Laboratory& laboratory);

  const std::vector<Instruction>& loop() const { return alone.loop; }
  const RunSpec& spec() const { return alone.runs.front(); }
  std::size_t steps() const { return alone.steps; }
  const TaskSpec* task() const { return std::get_if<TaskSpec>(&alone.problem); }
  bool has_scheduler() const { return !spec().schedulers.empty(); }
  bool is_equivalent() const { return verdict->kind == Verdict::Kind::kEquivalent; }
  /// Whether the order of the loop's lines may be at fault. A run whose loop is exchanged on the
  /// way has several orders, of which findings cannot name the lines.
  bool may_be_out_of_order() const { return !is_equivalent() && !changes_loop; }
  bool raises() const { return verdict->kind == Verdict::Kind::kError; }
  /// Whether it raises at a line of that kind.
  bool raises_at(InstructionKind kind) const;
  /// The index of the loop's first line of a kind; what a finding that has no better points at.
  std::optional<std::size_t> line_of(InstructionKind kind) const;

  /// The run on its own with another loop.
  Experiment with_loop(std::vector<Instruction> lines) const;
  /// The whole document with the run, the problem and the loop of `changed`.
  Experiment in_document(const Experiment& changed) const;

  /// The loop in which `lines` stand instead, if it is then equivalent to its canonical loop or at
  /// least ends with a lower loss; nullopt as long as that has not been tried, or when neither is.
  std::optional<Remedy> mended_loop(std::string label, std::vector<Instruction> lines) const;
  /// The same, or failing that the canonical loop, which mends everything that is out of order.
  std::optional<Remedy> mended_or_canonical(std::string label,
                                            std::vector<Instruction> lines) const;
  /// A change of anything, if the run then ends with a loss at most `share` of what it was.
  std::optional<Remedy> improved(std::string label, const Experiment& changed,
                                 double share = 0.999) const;
  /// Whether a line of that kind runs within the experiment's steps.
  bool ever_runs(InstructionKind kind) const;
  /// "PyTorch raises RuntimeError: …" when the run raises, else `silence`.
  std::string raised_or(std::string silence) const;
  /// "PyTorch warns: UserWarning: …" when a scheduler stepped before the optimizer, else `silence`.
  std::string warned_or(std::string silence) const;
  /// Whether another loop leaves other parameters than the run's own; false until it was tried.
  bool changes_outcome(std::vector<Instruction> lines) const;
  /// "loss after 200 iterations", for remedies.
  std::string loss_measure() const;
};

/// What is asked about a case. A question that waits for the laboratory answers too early, is not
/// heard, and asked again.
using Question = std::vector<Finding> (*)(const Case&);

}  // namespace steplab
