// SPDX-License-Identifier: MIT
// A scheduler that goes on with an optimizer which no one uses any more.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kRecreate = InstructionKind::kRecreateOptimizer;

Loop without_recreation(Loop loop) {
  const auto recreates = [](const Instruction& line) { return line.kind == kRecreate; };
  loop.erase(std::remove_if(loop.begin(), loop.end(), recreates), loop.end());
  return loop;
}

// The parameters that came after the first optimizer was made.
std::vector<std::string> new_parameters(const Case& run) {
  std::vector<std::string> names;
  for (const ParameterSeen& parameter : run.seen->parameters) {
    if (parameter.new_in && parameter.in_model) names.push_back(parameter.name);
  }
  return names;
}

std::optional<Remedy> first_optimizer_kept(const Case& run, std::size_t line) {
  std::vector<std::string> added = new_parameters(run);
  if (added.empty()) {
    return run.improved("Keep the optimizer that the scheduler was made for",
                        run.with_loop(without_recreation(run.loop())));
  }
  Instruction group = run.loop()[line];
  group.kind = InstructionKind::kAddParamGroup;
  group.group.params = std::move(added);
  return run.improved(
      "Keep the optimizer that the scheduler was made for, and add the new layer to it",
      run.with_loop(without_recreation(with_line_changed(run.loop(), line, group))));
}

}  // namespace

std::vector<Finding> find_left_scheduler(const Case& run) {
  // The lines of exchanged loops cannot be named, and an optimizer that is made anew all the time
  // is a mistake of its own.
  if (!run.has_scheduler() || run.changes_loop || run.raises()) return {};
  const auto line = run.line_of(kRecreate);
  if (!line) return {};
  const Instruction& recreation = run.loop()[*line];
  if (!recreation.at && recreation.every == 1) return {};
  const Trial* kept = run.lab.trial(run.with_loop(without_recreation(run.loop())));
  if (kept == nullptr) return {};
  const std::size_t compared = std::min(kept->lr.size(), run.trial->lr.size());
  if (compared == 0 || kept->lr[compared - 1] == run.trial->lr[compared - 1]) return {};
  const std::size_t iteration = recreation.at.value_or(recreation.every - 1);
  return {
      {.id = "scheduler_left_behind",
       .severity = Severity::kWarning,
       .line = *line,
       .iteration = iteration,
       .title = "The scheduler steers an optimizer that no one uses any more",
       .explanation =
           "A scheduler is made for one optimizer and goes on with it. Since iteration " +
           std::to_string(iteration) +
           " this loop steps another one: scheduler.step() still sets the learning rate of the "
           "first, and the new one keeps the rate that it was made with. After making an "
           "optimizer anew, make its scheduler anew too; or keep the optimizer, and give it new "
           "parameters with add_param_group().",
       .pytorch = run.warned_or(
           "PyTorch says nothing: a scheduler holds its optimizer and does not know which one the "
           "loop steps."),
       .evidence = {{"learning rate at the end", run.trial->lr[compared - 1]},
                    {"learning rate at the end with one optimizer", kept->lr[compared - 1]}},
       .remedy = first_optimizer_kept(run, *line)}};
}

}  // namespace steplab
