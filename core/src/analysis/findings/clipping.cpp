// SPDX-License-Identifier: MIT
// Clipping that does not act on the gradients that step() uses.
#include <algorithm>
#include <cmath>

#include "analysis/canonical.hpp"
#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"

namespace steplab {
namespace {

// The loop with its clipping lines moved to where the gradients are complete.
Loop with_clipping_in_place(const Loop& loop, std::size_t from) {
  const std::size_t batches = accumulated_batches(loop);
  Loop moved = loop;
  if (moved[from].every == 1) moved[from].every = batches;
  const std::size_t backward = after_last(moved, InstructionKind::kBackward);
  return with_line_moved(std::move(moved), from, backward);
}

std::string explanation_of(const ClipSeen& clip) {
  if (!clip.has_grads) {
    return "Clipping shortens gradients that are too long. Here it runs when there are none, and "
           "what "
           "step() uses is not clipped.";
  }
  if (!clip.is_last_word) {
    return "Clipping shortens gradients that are too long. Here more gradient is added after it, "
           "so "
           "that what step() uses can be longer than the limit.";
  }
  return "Clipping shortens gradients that are too long. Here it runs after the step that it "
         "should "
         "protect.";
}

}  // namespace

std::vector<Finding> find_clipping(const Case& run) {
  if (!run.may_be_out_of_order() || run.seen->steps.empty()) return {};
  const auto wrong = std::find_if(run.seen->clips.begin(), run.seen->clips.end(),
                                  [](const auto& c) { return !c.has_grads || !c.is_last_word; });
  if (wrong == run.seen->clips.end()) return {};
  const Loop mended = with_clipping_in_place(run.loop(), wrong->line);
  if (!run.changes_outcome(mended)) return {};
  std::vector<Evidence> evidence{{"limit", run.loop()[wrong->line].limit}};
  if (wrong->has_grads) {
    evidence.push_back({"norm of the gradient that it met", wrong->norm_before});
    evidence.push_back({"norm that it left", wrong->norm_after});
  }
  float longest = 0.0F;
  for (const StepSeen& step : run.seen->steps) longest = std::max(longest, step.grad_norm);
  evidence.push_back({"norm of the longest gradient that step() used", longest});
  return {
      {.id = "clipping_in_the_wrong_place",
       .severity = Severity::kError,
       .line = wrong->line,
       .iteration = wrong->iteration,
       .title = "Clipping does not reach what step() uses",
       .explanation = explanation_of(*wrong),
       .pytorch = run.raised_or("PyTorch says nothing: clipping gradients is allowed at any time, "
                                "and does nothing where there are none."),
       .evidence = std::move(evidence),
       .remedy =
           run.mended_or_canonical("Clip between loss.backward() and optimizer.step()", mended)}};
}

}  // namespace steplab
