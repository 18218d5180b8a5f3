// SPDX-License-Identifier: MIT
// Parameters that move though they are frozen, and parameters that no optimizer owns.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kZeroGrad = InstructionKind::kZeroGrad;

// The loop with gradients dropped instead of zeroed.
Loop with_gradients_dropped(const Loop& loop) {
  Loop changed = loop;
  bool clears = false;
  for (Instruction& line : changed) {
    if (line.kind != kZeroGrad || !line.enabled) continue;
    line.set_to_none = true;
    clears = true;
  }
  return clears ? changed : with_line(changed, 0, {.kind = kZeroGrad});
}

double frozen_movement(const Observation& seen) {
  double total = 0.0;
  for (const ParameterSeen& parameter : seen.parameters) total += parameter.frozen_movement;
  return total;
}

std::optional<Finding> frozen(const Case& run) {
  const auto moved = std::find_if(run.seen->parameters.begin(), run.seen->parameters.end(),
                                  [](const auto& p) { return p.moved_frozen_at.has_value(); });
  if (moved == run.seen->parameters.end()) return {};
  const Loop mended = with_gradients_dropped(run.loop());
  const Observation* after = run.lab.observation(run.with_loop(mended));
  if (after == nullptr) return {};
  std::optional<Remedy> remedy;
  if (frozen_movement(*after) < frozen_movement(*run.seen)) {
    remedy = Remedy{"Have zero_grad() set gradients to None",
                    run.in_document(run.with_loop(mended)),
                    false,
                    "movement while frozen",
                    frozen_movement(*run.seen),
                    frozen_movement(*after)};
  }
  const bool has_zeros = moved->frozen_grad_norm == 0.0F;
  return Finding{
      .id = "frozen_but_moving",
      .severity = Severity::kWarning,
      .line = run.line_of(has_zeros ? kZeroGrad : InstructionKind::kStep),
      .iteration = *moved->moved_frozen_at,
      .parameter = moved->name,
      .title = moved->name + " is frozen and moves all the same",
      .explanation = has_zeros ? "requires_grad = False stops new gradients, but .grad is still "
                                 "there, full of zeros. "
                                 "For an optimizer a gradient of zeros is a gradient: momentum and "
                                 "Adam's averages go "
                                 "on, and weight decay pulls. Only a .grad of None is skipped."
                               : "requires_grad = False stops new gradients, but the last one is "
                                 "still in .grad, and "
                                 "step() goes on using it. Only a .grad of None is skipped.",
      .pytorch =
          "PyTorch says nothing: requires_grad is autograd's business, and the optimizer looks "
          "at .grad alone.",
      .evidence = {{"frozen from iteration", static_cast<double>(*moved->frozen_from)},
                   {"largest gradient while frozen", moved->frozen_grad_norm},
                   {"movement while frozen", moved->frozen_movement}},
      .remedy = std::move(remedy)};
}

// With those that were left out at the start in the last group, and those of a layer that came
// later in a group of their own, made when they came.
Experiment with_all_owned(const Case& run) {
  Experiment changed = run.alone;
  auto& groups = changed.runs.front().param_groups;
  Instruction adding{.kind = InstructionKind::kAddParamGroup};
  for (const ParameterSeen& parameter : run.seen->parameters) {
    if (parameter.is_owned || !parameter.in_model) continue;
    if (parameter.new_in) {
      adding.at = parameter.new_in;
      adding.group.params.push_back(parameter.name);
    } else if (!groups.empty()) {
      groups.back().params.push_back(parameter.name);
    }
  }
  const auto layer = run.line_of(InstructionKind::kAddLayer);
  if (layer && !adding.group.params.empty()) {
    changed.loop = with_line(changed.loop, *layer + 1, adding);
  }
  return changed;
}

std::optional<Finding> orphaned(const Case& run) {
  const auto is_orphan = [](const ParameterSeen& p) {
    return p.in_model && !p.is_owned && p.largest_grad_norm > 0.0F && p.movement == 0.0;
  };
  const auto& parameters = run.seen->parameters;
  const auto first = std::find_if(parameters.begin(), parameters.end(), is_orphan);
  if (first == parameters.end() || run.seen->steps.empty()) return {};
  std::size_t tensors = 0;
  std::size_t elements = 0;
  std::size_t all = 0;
  for (const ParameterSeen& parameter : parameters) {
    all += parameter.elements;
    if (!is_orphan(parameter)) continue;
    ++tensors;
    elements += parameter.elements;
  }
  return Finding{
      .id = "orphaned_parameters",
      .severity = Severity::kWarning,
      .line = std::nullopt,
      .iteration = first->new_in.value_or(0),
      .parameter = first->name,
      .title = tensors == 1 ? "No optimizer owns " + first->name
                            : "No optimizer owns " + first->name + " and " +
                                  counted(tensors - 1, "other", "others"),
      .explanation =
          "An optimizer updates the parameters that it was given and no others. These get "
          "gradients in every iteration and never move. zero_grad() does not clear them "
          "either, so that their gradients pile up.",
      .pytorch = "PyTorch says nothing: leaving parameters out is also a way to freeze them.",
      .evidence = {{"parameters that no optimizer owns", static_cast<double>(elements)},
                   {"parameters of the model", static_cast<double>(all)},
                   {"largest gradient that " + first->name + " got", first->largest_grad_norm},
                   {"how far it moved", first->movement}},
      .remedy = run.improved("Give all parameters to the optimizer", with_all_owned(run))};
}

}  // namespace

std::vector<Finding> find_ownership(const Case& run) {
  std::vector<Finding> found;
  if (auto finding = frozen(run)) found.push_back(std::move(*finding));
  if (auto finding = orphaned(run)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
