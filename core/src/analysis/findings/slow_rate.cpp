// SPDX-License-Identifier: MIT
// A learning rate so small that nothing moves.
#include <cmath>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/options.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMinIterations = 50;  // fewer tell nothing of a slow run
constexpr double kFar = 0.02;        // share of what a larger rate gains that still counts as slow
constexpr double kWorthwhile = 0.1;  // share of the loss that the larger rate must gain

double gain(const Trial& trial) { return trial.first_loss() - trial.final_loss(); }

double norm_of(const std::vector<std::vector<float>>& parameters) {
  double squares = 0.0;
  for (const std::vector<float>& values : parameters) {
    for (const float value : values) squares += static_cast<double>(value) * value;
  }
  return std::sqrt(squares);
}

}  // namespace

std::vector<Finding> find_slow_rate(const Case& run) {
  const Trial& trial = *run.trial;
  if (!trial.is_finite() || !run.canonical_trial->is_finite() || run.steps() < kMinIterations ||
      trial.lr.empty() || !std::isfinite(trial.first_loss())) {
    return {};
  }
  const double rate = trial.lr.front();
  // A schedule that has run out is another matter, and so is a loop that does not step.
  if (!(rate > 0.0) || trial.lr.back() < 0.1 * rate || run.seen->steps.empty()) return {};
  const double own = std::max(gain(trial), gain(*run.canonical_trial));
  if (own > kWorthwhile * std::abs(trial.first_loss())) return {};

  double best_factor = 0.0;
  double best_gain = 0.0;
  for (const double factor : {10.0, 100.0, 1000.0, 10000.0}) {
    const auto faster = with_rate_times(run.alone, factor);
    if (!faster) return {};
    const Trial* tried = run.lab.trial(*faster);
    if (tried == nullptr) continue;
    if (tried->is_finite() && gain(*tried) > best_gain) {
      best_gain = gain(*tried);
      best_factor = factor;
    }
  }
  if (run.lab.has_work() || best_factor == 0.0) return {};
  if (best_gain < kWorthwhile * std::abs(trial.first_loss()) || own > kFar * best_gain) return {};
  const Experiment faster = *with_rate_times(run.alone, best_factor);
  const double size = norm_of(trial.start);
  return {
      {.id = "learning_rate_too_small",
       .severity = Severity::kWarning,
       .line = run.line_of(InstructionKind::kStep),
       .iteration = std::nullopt,
       .title = "The steps are so short that nothing moves",
       .explanation = "The gradients are there and every line is in its place, but the learning "
                      "rate makes so little of them that the loss hardly changes in " +
                      counted(run.steps(), "iteration", "iterations") + ". With " +
                      in_words(best_factor) + " times the learning rate it does.",
       .pytorch = "PyTorch says nothing: a small learning rate may be wanted, for instance to "
                  "fine-tune.",
       .evidence = {{"learning rate", rate},
                    {"norm of all changes", trial.movement()},
                    {"norm of the parameters at the start", size},
                    {"fall of the loss", gain(trial)},
                    {"fall of the loss with the larger learning rate", best_gain}},
       .remedy = run.improved("Set the learning rate to " + in_words(rate * best_factor), faster)}};
}

}  // namespace steplab
