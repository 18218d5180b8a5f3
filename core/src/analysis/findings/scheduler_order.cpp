// SPDX-License-Identifier: MIT
// Schedulers that step too early, too often or never.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kSchedulerStep = InstructionKind::kSchedulerStep;
constexpr InstructionKind kStep = InstructionKind::kStep;

std::optional<Finding> early(const Case& run) {
  const Observation& seen = *run.seen;
  const auto first = std::find_if(seen.steps.begin(), seen.steps.end(),
                                  [](const StepSeen& step) { return step.has_grads; });
  if (seen.early_scheduler_steps == 0 || first == seen.steps.end()) return {};
  const std::size_t line = *run.line_of(kSchedulerStep);
  const Loop mended = with_line_moved(run.loop(), line, after_last(run.loop(), kStep));
  if (!run.changes_outcome(mended)) return {};
  const double at_start = run.canonical_trial->lr.empty() ? 0.0 : run.canonical_trial->lr.front();
  return Finding{
      .id = "scheduler_before_optimizer",
      .severity = Severity::kWarning,
      .line = line,
      .iteration = 0,
      .title = "The first learning rate is never used",
      .explanation =
          "A scheduler sets the learning rate for the steps to come. It steps before the "
          "optimizer does, so the first update already uses the second learning rate, and "
          "all of the schedule comes one step early.",
      .pytorch =
          run.warned_or("PyTorch says nothing: its warning only asks whether optimizer.step() has "
                        "been called at all."),
      .evidence = {{"learning rate at the start", at_start},
                   {"learning rate of the first update", first->lr}},
      .remedy = run.mended_or_canonical("Move scheduler.step() behind optimizer.step()", mended)};
}

std::optional<Finding> never(const Case& run) {
  if (!run.has_scheduler() || run.ever_runs(kSchedulerStep)) return {};
  Loop mended = run.loop();
  mended.push_back({.kind = kSchedulerStep});
  if (!run.changes_outcome(mended)) return {};
  const auto& scheduled = run.canonical_trial->lr;
  return Finding{
      .id = "scheduler_never_steps",
      .severity = Severity::kWarning,
      .line = std::nullopt,
      .iteration = std::nullopt,
      .title = "The schedule never moves",
      .explanation = "The run has a " + run.spec().schedulers.front().name +
                     ", but a scheduler changes the learning rate only when scheduler.step() is "
                     "called. This loop never calls it, so the learning rate stays where it is.",
      .pytorch = "PyTorch says nothing: when a scheduler steps is for the loop to say.",
      .evidence = {{"learning rate at the end", run.trial->lr.empty() ? 0.0 : run.trial->lr.back()},
                   {"learning rate at the end if it stepped",
                    scheduled.empty() ? 0.0 : scheduled.back()}},
      .remedy = run.mended_or_canonical("Call scheduler.step() at the end of every iteration",
                                        std::move(mended))};
}

std::optional<Finding> repeated(const Case& run) {
  if (run.seen->repeated_scheduler_steps == 0) return {};
  const std::size_t line = *run.seen->repeated_scheduler_line;
  const Loop mended = without_line(run.loop(), line);
  if (!run.changes_outcome(mended)) return {};
  return Finding{
      .id = "two_scheduler_steps_per_batch",
      .severity = Severity::kWarning,
      .line = line,
      .iteration = std::nullopt,
      .title = "The schedule runs at twice its speed",
      .explanation =
          "scheduler.step() moves the schedule on by one. It is called twice in an "
          "iteration, so that every second learning rate is skipped.",
      .pytorch = "PyTorch says nothing: it cannot know what a step of the schedule stands for.",
      .evidence = {{"scheduler steps", static_cast<double>(run.seen->scheduler_steps)},
                   {"iterations", static_cast<double>(run.seen->iterations)},
                   {"learning rate at the end",
                    run.trial->lr.empty() ? 0.0 : run.trial->lr.back()}},
      .remedy = run.mended_or_canonical("Remove the second scheduler.step()", mended)};
}

}  // namespace

std::vector<Finding> find_scheduler_order(const Case& run) {
  if (!run.may_be_out_of_order() || (run.raises() && !run.has_scheduler())) return {};
  std::vector<Finding> found;
  if (auto finding = early(run)) found.push_back(std::move(*finding));
  if (auto finding = never(run)) found.push_back(std::move(*finding));
  if (auto finding = repeated(run)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
