// SPDX-License-Identifier: MIT
// zero_grad that is missing, or in the wrong place.
#include <algorithm>

#include "analysis/canonical.hpp"
#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kZeroGrad = InstructionKind::kZeroGrad;

// The loop with a zero_grad where it belongs: first, or behind the step of a loop that accumulates.
Loop with_clearing(const Loop& loop) {
  const std::size_t batches = accumulated_batches(loop);
  if (batches == 1) return with_line(loop, 0, {.kind = kZeroGrad});
  return with_line(loop, after_last(loop, InstructionKind::kStep),
                   {.kind = kZeroGrad, .every = batches});
}

std::optional<Finding> missing(const Case& run) {
  if (run.seen->executions_of(run.loop(), kZeroGrad) > 0 || run.ever_runs(kZeroGrad)) return {};
  // Gradients of batches that an earlier step had used already were used again.
  const auto piled =
      std::find_if(run.seen->steps.begin(), run.seen->steps.end(), [](const StepSeen& step) {
        return step.fresh_backwards > 0 && step.backwards > step.fresh_backwards;
      });
  if (piled == run.seen->steps.end()) return {};
  const Loop mended = with_clearing(run.loop());
  if (!run.changes_outcome(mended)) return {};
  const StepSeen& last = run.seen->steps.back();
  std::vector<Evidence> evidence{
      {"batches whose gradients that step() used", static_cast<double>(piled->backwards)},
      {"norm of the gradient that it used", piled->grad_norm},
      {"norm of its own batch's gradient", piled->batch_grad_norm}};
  if (last.iteration != piled->iteration) {
    evidence.push_back(
        {"batches whose gradients the last step() used", static_cast<double>(last.backwards)});
  }
  return Finding{
      .id = "missing_zero_grad",
      .severity = Severity::kError,
      .line = piled->line,
      .iteration = piled->iteration,
      .title = "Gradients pile up",
      .explanation =
          "loss.backward() adds to .grad, it does not replace it. No zero_grad() clears "
          ".grad, so every update also uses the gradients of all batches before, which "
          "acts like a momentum that never fades.",
      .pytorch = run.raised_or("PyTorch says nothing: adding gradients up is intended, so that "
                               "several batches can share one step."),
      .evidence = std::move(evidence),
      .remedy = run.mended_or_canonical(accumulated_batches(run.loop()) == 1
                                            ? "Put optimizer.zero_grad() first"
                                            : "Put optimizer.zero_grad() behind the step",
                                        mended)};
}

// A zero_grad that dropped what a later step of the same iteration, or of the same round of an
// accumulation, should have used.
const GradientsLost* dropped(const Case& run) {
  const std::size_t batches = accumulated_batches(run.loop());
  for (const GradientsLost& lost : run.seen->lost) {
    const bool has_step =
        std::any_of(run.seen->steps.begin(), run.seen->steps.end(), [&](const StepSeen& step) {
          if (batches > 1) return true;
          return step.iteration == lost.iteration && step.line > lost.line;
        });
    if (has_step && (batches > 1 || lost.own_backwards > 0)) return &lost;
  }
  return nullptr;
}

// The loop without that zero_grad, and without others beside it that would drop the gradients too.
Loop without_clearing_at(const Loop& loop, std::size_t line) {
  Loop changed = without_line(loop, line);
  const auto is_clearing = [&](std::size_t i) {
    return changed[i].enabled && changed[i].kind == kZeroGrad;
  };
  const auto uses = [&](std::size_t i) {
    return changed[i].enabled && (changed[i].kind == InstructionKind::kBackward ||
                                  changed[i].kind == InstructionKind::kStep);
  };
  for (std::size_t i = line; i < changed.size() && !uses(i);) {
    if (is_clearing(i)) {
      changed = without_line(std::move(changed), i);
    } else {
      ++i;
    }
  }
  for (std::size_t i = line; i > 0 && !uses(i - 1); --i) {
    if (is_clearing(i - 1)) changed = without_line(std::move(changed), i - 1);
  }
  return changed;
}

std::optional<Finding> in_between(const Case& run) {
  const GradientsLost* lost = dropped(run);
  if (lost == nullptr) return {};
  const std::size_t batches = accumulated_batches(run.loop());
  Loop mended = without_clearing_at(run.loop(), lost->line);
  if (!run.changes_outcome(mended)) return {};
  const bool has_other = std::any_of(mended.begin(), mended.end(), [](const Instruction& line) {
    return line.enabled && line.kind == kZeroGrad;
  });
  if (!has_other) mended = with_clearing(mended);
  std::size_t total = 0;
  for (const GradientsLost& each : run.seen->lost) total += each.backwards;
  const std::string explanation =
      batches == 1
          ? "zero_grad() runs after this batch's loss.backward() and before optimizer.step(): the "
            "gradients are gone when the step comes, which finds None everywhere and does nothing."
          : "The step comes once in " + std::to_string(batches) +
                " batches and should use the gradients of all of them. zero_grad() drops what was "
                "collected before the step comes.";
  return Finding{
      .id = "zero_grad_between_backward_and_step",
      .severity = Severity::kError,
      .line = lost->line,
      .iteration = lost->iteration,
      .title = batches == 1 ? "Gradients are thrown away before they are used"
                            : "Most of the gradients are thrown away",
      .explanation = explanation,
      .pytorch = run.raised_or("PyTorch says nothing: it cannot know that the gradients were still "
                               "wanted."),
      .evidence = {{"norm of the gradient that was dropped", lost->grad_norm},
                   {"batches whose gradients no step() used", static_cast<double>(total)},
                   {"batches seen", static_cast<double>(run.seen->iterations)}},
      .remedy = run.mended_or_canonical(has_other      ? "Remove this optimizer.zero_grad()"
                                        : batches == 1 ? "Move optimizer.zero_grad() to the front"
                                                       : "Clear the gradients behind the step",
                                        mended)};
}

}  // namespace

std::vector<Finding> find_clearing(const Case& run) {
  if (!run.may_be_out_of_order()) return {};
  std::vector<Finding> found;
  if (auto finding = missing(run)) found.push_back(std::move(*finding));
  if (auto finding = in_between(run)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
