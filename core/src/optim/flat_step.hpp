// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "optim/flat_parameters.hpp"

/// A step of a method for which all parameters are one point: what stands around the method's own
/// part. Its rule keeps everything in the first parameter's state, in which `evaluations` counts
/// the losses that steps have cost.
namespace steplab::flat_step {

/// Docs of the state that such methods have in common.
inline constexpr std::string_view kLayoutDoc =
    STEPLAB_TEXT("Tells which parameters took part; when others do, the method begins anew.");
inline constexpr std::string_view kEvaluationsDoc =
    STEPLAB_TEXT("How often the loss was computed so far: what the steps have cost.");
inline constexpr std::string_view kGradientEvaluationsDoc =
    STEPLAB_TEXT("How often the gradient was computed with it.");

/// Where a step starts.
struct Start {
  double loss;
  std::span<float> point;  ///< what the method moves; the parameters follow when it is done
  std::span<const float> gradient;
};

/// Makes vectors as long, of zeros: the memory that methods use within a step.
template <class... Vectors>
void assign_zeros(std::size_t size, Vectors&... vectors) {
  (vectors.assign(size, typename Vectors::value_type()), ...);
}

/// As much of such memory as the members of a step need: those without a gradient are none.
template <class Memory>
auto first(Memory&& memory, std::size_t size) {
  return std::span(memory).first(size);
}

/// A whole step: `method(flat, state, options, inspector)` moves the parameters.
template <class Groups, class Method>
Status take(Groups& groups, const StepContext& context, FlatParameters::Members members,
            Method method) {
  const auto shared = groups.shared();
  if (!shared) return shared.error();
  if (*shared == nullptr) return {};
  auto& state = **shared;
  FlatParameters flat(groups.optimizer(), *context.closure, members);
  method(flat, state, groups.options(0), context.inspector);
  state.evaluations += flat.counts().evaluations;
  return flat.status();
}

/// The same from where loss and gradient are known, which state.point and state.gradient have room
/// for: `method(flat, start, state, options, inspector)` moves start.point.
template <class Groups, class Method>
Status take_with_gradient(Groups& groups, const StepContext& context, Method method) {
  const auto from_gradient = [method](FlatParameters& flat, auto& state, const auto& options,
                                      Inspector* inspector) {
    const double loss = flat.evaluate();
    const std::size_t n = flat.size();
    const std::span<float> point = first(state.point, n);
    const std::span<float> gradient = first(state.gradient, n);
    flat.read_point(point);
    flat.read_gradient(gradient);
    method(flat, Start{loss, point, gradient}, state, options, inspector);
    flat.write(point);
    state.gradient_evaluations += flat.counts().gradients;
  };
  return take(groups, context, FlatParameters::Members::kWithGradient, from_gradient);
}

/// Tells the inspector, if there is one, of its element: `symbols(inspector, place)`, and the way
/// from `before` to `after` as the symbol `move`.
template <class Symbols>
void tell(Inspector* inspector, const FlatParameters& flat, std::span<const float> before,
          std::span<const float> after, unsigned move, Symbols symbols) {
  const std::optional<std::size_t> place = flat.watched(inspector);
  if (!place) return;
  inspector->begin(before[*place]);
  symbols(*inspector, *place);
  inspector->replace(move, before[*place], after[*place]);
  inspector->end(after[*place]);
}

}  // namespace steplab::flat_step
