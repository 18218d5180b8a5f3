// SPDX-License-Identifier: MIT
// Two backward passes for one batch.
#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"

namespace steplab {
namespace {

bool raises_at_second(const Case& run) {
  return run.raises_at(InstructionKind::kBackward) && run.seen->backwards_since_forward > 0;
}

Finding raised(const Case& run) {
  return {.id = "two_backwards_per_batch",
          .severity = Severity::kError,
          .line = run.verdict->line,
          .iteration = run.verdict->iteration,
          .title = "backward() runs twice over one forward pass",
          .explanation =
              "The forward pass keeps what backward() needs, and backward() frees it when "
              "it is done. There is nothing left for a second one, and the gradients of "
              "this batch are in .grad already.",
          .pytorch = run.raised_or(""),
          .evidence = {{"backward passes since the last forward pass",
                        static_cast<double>(run.seen->backwards_since_forward + 1)}},
          .remedy = run.mended_or_canonical("Remove the second loss.backward()",
                                            without_line(run.loop(), run.verdict->line))};
}

}  // namespace

std::vector<Finding> find_repeated_backwards(const Case& run) {
  if (!run.may_be_out_of_order()) return {};
  if (raises_at_second(run)) return {raised(run)};
  if (run.seen->repeated_backwards == 0 || run.seen->steps.empty()) return {};
  const std::size_t line = *run.seen->repeated_backward_line;
  const Loop mended = without_line(run.loop(), line);
  if (!run.changes_outcome(mended)) return {};
  const StepSeen* doubled = &run.seen->steps.front();
  for (const StepSeen& step : run.seen->steps) {
    if (step.own_backwards > 1) {
      doubled = &step;
      break;
    }
  }
  return {
      {.id = "two_backwards_per_batch",
       .severity = Severity::kError,
       .line = line,
       .iteration = doubled->iteration,
       .title = "One batch counts twice in the gradient",
       .explanation = "loss.backward() adds to .grad. It runs twice on the same batch before the "
                      "step, so the gradient that the step uses is that of the batch times two.",
       .pytorch = run.raised_or("PyTorch says nothing: every backward() has a graph to go back "
                                "through, and adding gradients up is intended."),
       .evidence = {{"backward passes of this batch", static_cast<double>(doubled->own_backwards)},
                    {"norm of the gradient that step() used", doubled->grad_norm},
                    {"norm of what the last backward() added", doubled->batch_grad_norm}},
       .remedy = run.mended_or_canonical("Remove the second loss.backward()", mended)}};
}

}  // namespace steplab
