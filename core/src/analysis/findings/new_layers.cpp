// SPDX-License-Identifier: MIT
// Optimizers and models that have lost each other: an optimizer made anew all the time, or one that
// still owns the parameters of a layer that is gone.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kRecreate = InstructionKind::kRecreateOptimizer;
constexpr InstructionKind kReplace = InstructionKind::kReplaceLayer;

std::optional<Finding> recreated(const Case& run) {
  if (!run.may_be_out_of_order()) return {};
  const auto line = run.line_of(kRecreate);
  if (!line) return {};
  const std::size_t times = run.seen->executions_of(run.loop(), kRecreate);
  if (times < 2 || 2 * times < run.seen->steps.size()) return {};
  const Loop mended = without_line(run.loop(), *line);
  if (!run.changes_outcome(mended)) return {};
  return Finding{
      .id = "optimizer_recreated_every_step",
      .severity = Severity::kError,
      .line = *line,
      .iteration = 0,
      .title = "The optimizer forgets everything at every step",
      .explanation =
          "Momentum, Adam's averages and their step count live in the optimizer. This loop "
          "makes a new one all the time, so that every update is a first update, and a "
          "scheduler goes on steering the first optimizer, which no one uses any more. "
          "Make the optimizer once, before the loop.",
      .pytorch = "PyTorch says nothing: an optimizer may be made at any time.",
      .evidence = {{"optimizers made", static_cast<double>(times)},
                   {"steps", static_cast<double>(run.seen->steps.size())},
                   {"loss at the end", run.trial->final_loss()},
                   {"loss at the end with one optimizer", run.canonical_trial->final_loss()}},
      .remedy = run.mended_or_canonical("Make the optimizer once", mended)};
}

std::optional<Finding> stale(const Case& run) {
  const auto& parameters = run.seen->parameters;
  const auto is_stale = [](const ParameterSeen& p) { return !p.in_model && p.is_owned; };
  const auto first = std::find_if(parameters.begin(), parameters.end(), is_stale);
  if (first == parameters.end()) return {};
  const auto line = run.line_of(kReplace);
  std::optional<Remedy> remedy;
  if (line) {
    Instruction again{.kind = kRecreate};
    again.at = run.loop()[*line].at;
    again.every = run.loop()[*line].every;
    remedy = run.improved("Make the optimizer anew behind the new layer",
                          run.with_loop(with_line(run.loop(), *line + 1, again)));
  }
  std::size_t elements = 0;
  for (const ParameterSeen& parameter : parameters) {
    if (is_stale(parameter)) elements += parameter.elements;
  }
  const auto successor = std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) {
    return p.in_model && p.name == first->name;
  });
  std::vector<Evidence> evidence{{"parameters of the optimizer that are no longer in the model",
                                  static_cast<double>(elements)}};
  if (successor != parameters.end()) {
    evidence.push_back({"how far the new " + first->name + " moved", successor->movement});
    evidence.push_back({"largest gradient that the new " + first->name + " got",
                        std::max(successor->largest_grad_norm, 0.0F)});
  }
  return Finding{
      .id = "stale_parameters",
      .severity = Severity::kWarning,
      .line = line,
      .iteration = successor != parameters.end() ? successor->new_in : std::nullopt,
      .parameter = first->name,
      .title = "The optimizer still owns a layer that is gone",
      .explanation =
          "The optimizer was given the parameters of the model as it was. The layer has "
          "been replaced since: the old parameters are still in the optimizer, where no "
          "gradient reaches them, and the new ones are in no optimizer, where no step "
          "does.",
      .pytorch =
          "PyTorch says nothing: an optimizer holds tensors and does not know which model "
          "they belong to.",
      .evidence = std::move(evidence),
      .remedy = std::move(remedy)};
}

}  // namespace

std::vector<Finding> find_new_layers(const Case& run) {
  std::vector<Finding> found;
  if (auto finding = recreated(run)) found.push_back(std::move(*finding));
  if (auto finding = stale(run)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
