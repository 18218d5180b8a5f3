// SPDX-License-Identifier: MIT
// Updates that come before the gradients that they should use, or find none.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kBackward = InstructionKind::kBackward;

std::size_t steps_without_gradients(const Case& run) {
  return static_cast<std::size_t>(
      std::count_if(run.seen->steps.begin(), run.seen->steps.end(),
                    [](const StepSeen& step) { return !step.has_grads; }));
}

// Every update of the run came before the backward of its iteration.
bool always_early(const Case& run) {
  return !run.seen->steps.empty() &&
         std::all_of(run.seen->steps.begin(), run.seen->steps.end(), [](const StepSeen& step) {
           return step.own_backwards == 0 && step.is_followed_by_backward;
         });
}

// backward found that a step had changed what the forward pass saved.
bool raises_after_step(const Case& run) {
  return run.raises_at(kBackward) && run.seen->backwards_since_forward == 0 &&
         run.verdict->message.find("inplace operation") != std::string::npos;
}

Finding early_step(const Case& run) {
  const StepSeen& first = run.seen->steps.front();
  const std::size_t idle = steps_without_gradients(run);
  const bool never_any = idle == run.seen->steps.size();
  std::vector<Evidence> evidence{{"steps", static_cast<double>(run.seen->steps.size())},
                                 {"steps that found no gradients", static_cast<double>(idle)}};
  const std::size_t target = after_last(run.loop(), kBackward);
  std::string explanation =
      "optimizer.step() uses whatever gradients are there when it runs. Here it runs before this "
      "batch's loss.backward(), ";
  explanation += never_any
                     ? "and the gradients of the batch before have been dropped by then, so "
                       "it never finds any."
                     : "so that every update uses the gradients of the batch before, computed "
                       "for parameters that have changed since, and the first one finds none.";
  return {.id = "step_before_backward",
          .severity = Severity::kError,
          .line = first.line,
          .iteration = first.iteration,
          .title = never_any ? "The update comes before its gradients, and finds none"
                             : "The update comes one batch late",
          .explanation = std::move(explanation),
          .pytorch = run.raised_or("PyTorch says nothing: step() skips parameters whose .grad is "
                                   "None and uses every other gradient, however old."),
          .evidence = std::move(evidence),
          .remedy = run.mended_or_canonical("Move optimizer.step() behind loss.backward()",
                                            with_line_moved(run.loop(), first.line, target))};
}

Finding idle_steps(const Case& run, Severity severity) {
  const StepSeen& first = run.seen->steps.front();
  return {.id = "step_without_gradients",
          .severity = severity,
          .line = first.line,
          .iteration = first.iteration,
          .title = "optimizer.step() finds no gradients and does nothing",
          .explanation =
              "Every parameter's .grad is None whenever step() runs. An optimizer skips "
              "such a parameter completely: no update, no momentum, no weight decay. None "
              "is not the same as a gradient of zeros.",
          .pytorch =
              "PyTorch says nothing: skipping parameters without a gradient is what step() "
              "is meant to do.",
          .evidence = {{"steps", static_cast<double>(run.seen->steps.size())},
                       {"steps that found no gradients",
                        static_cast<double>(steps_without_gradients(run))},
                       {"norm of all changes", run.trial->movement()}},
          .remedy = run.mended_loop("Put all lines in their order", run.canonical.loop)};
}

}  // namespace

std::vector<Finding> find_step_before_backward(const Case& run) {
  if (!run.may_be_out_of_order() || run.seen->steps.empty()) return {};
  std::vector<Finding> found;
  const bool early =
      (always_early(run) && run.ever_runs(InstructionKind::kForward)) || raises_after_step(run);
  if (early) found.push_back(early_step(run));
  if (steps_without_gradients(run) == run.seen->steps.size() && !run.raises()) {
    const bool is_explained = early || !run.ever_runs(kBackward) || !run.seen->lost.empty();
    found.push_back(idle_steps(run, is_explained ? Severity::kNote : Severity::kWarning));
  }
  return found;
}

}  // namespace steplab
