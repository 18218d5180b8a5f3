// SPDX-License-Identifier: MIT
// Two updates from one gradient.
#include <algorithm>
#include <cmath>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"

namespace steplab {
namespace {

// A step that came after another one in its iteration.
const StepSeen* second_step(const Case& run) {
  const std::vector<StepSeen>& steps = run.seen->steps;
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (steps[i].iteration == steps[i - 1].iteration && steps[i].has_grads &&
        steps[i - 1].has_grads) {
      return &steps[i];
    }
  }
  return nullptr;
}

double largest_difference(const Trial& a, const Trial& b) {
  double largest = 0.0;
  for (std::size_t p = 0; p < a.end.size() && p < b.end.size(); ++p) {
    for (std::size_t i = 0; i < a.end[p].size(); ++i) {
      largest = std::max(
          largest, std::abs(static_cast<double>(a.end[p][i]) - static_cast<double>(b.end[p][i])));
    }
  }
  return largest;
}

// The canonical loop at twice the learning rate; nullopt where no rate is given by number.
std::optional<Experiment> at_twice_the_rate(const Case& run) {
  Experiment twice = run.canonical;
  for (auto& [name, value] : twice.runs.front().optimizer.options) {
    if (name != "lr" || !std::holds_alternative<double>(value)) continue;
    value = 2.0 * std::get<double>(value);
    return twice;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Finding> find_repeated_steps(const Case& run) {
  if (!run.may_be_out_of_order()) return {};
  const StepSeen* second = second_step(run);
  if (second == nullptr) return {};
  const Loop mended = without_line(run.loop(), second->line);
  if (!run.changes_outcome(mended)) return {};
  std::vector<Evidence> evidence{
      {"new gradients since the step before it", static_cast<double>(second->fresh_backwards)},
      {"norm of the gradient that it used", second->grad_norm},
      {"norm of what it added", second->update_norm}};
  if (const auto twice = at_twice_the_rate(run)) {
    const Trial* fast = run.lab.trial(*twice);
    if (fast != nullptr && fast->is_finite() && run.trial->is_finite()) {
      evidence.push_back(
          {"largest difference, in the end, from one step at twice the learning rate",
           largest_difference(*fast, *run.trial)});
    }
  }
  const bool is_same_gradient = second->fresh_backwards == 0;
  return {
      {.id = "two_steps_per_batch",
       .severity = Severity::kError,
       .line = second->line,
       .iteration = second->iteration,
       .title =
           is_same_gradient ? "The same gradient is applied twice" : "Two updates in one iteration",
       .explanation =
           is_same_gradient
               ? "optimizer.step() does not use gradients up: they stay in .grad. A second step "
                 "in the same iteration applies them once more, for plain SGD as if the learning "
                 "rate were twice as large; momentum and Adam's averages count the batch twice."
               : "The iteration updates the parameters twice on the same batch, so that each "
                 "batch counts twice.",
       .pytorch = run.raised_or("PyTorch says nothing: step() may be called as often as one "
                                "likes."),
       .evidence = std::move(evidence),
       .remedy = run.mended_or_canonical("Remove the second optimizer.step()", mended)}};
}

}  // namespace steplab
