// SPDX-License-Identifier: MIT
// A loop that is not equivalent, and nothing else that says why.
#include <cmath>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"

namespace steplab {

// The last to be asked.
std::vector<Finding> find_unexplained(const Case& run) {
  if (run.is_equivalent() || run.is_explained) return {};
  std::optional<Remedy> remedy;
  if (!run.changes_loop)
    remedy = run.mended_loop("Put all lines in their order", run.canonical.loop);
  std::vector<Evidence> evidence;
  if (std::isfinite(run.trial->final_loss())) {
    evidence.push_back({"loss at the end", run.trial->final_loss()});
    evidence.push_back(
        {"loss at the end with the canonical loop", run.canonical_trial->final_loss()});
  }
  return {{.id = "another_order",
           .severity = Severity::kNote,
           .line = run.raises() ? std::optional(run.verdict->line) : std::nullopt,
           .iteration = run.verdict->iteration,
           .parameter = run.verdict->parameter,
           .title = "The loop goes another way than its canonical loop",
           .explanation =
               "From this iteration on the parameters are not those of the same lines in "
               "their usual order. No single line is known to be at fault; the loop may "
               "well do what it is meant to.",
           .pytorch = run.raised_or("PyTorch says nothing: it runs the lines that there are."),
           .evidence = std::move(evidence),
           .remedy = std::move(remedy)}};
}

}  // namespace steplab
