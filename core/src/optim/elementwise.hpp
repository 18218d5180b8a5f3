// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <type_traits>

#include "optim/grouped_optimizer.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/kernels/update.hpp"

/// PyTorch's element-wise primitives on float32, as its kernels without fused multiply-add compute
/// them (ATEN_CPU_CAPABILITY=default): every operation rounds once, in this order. Scalars arrive
/// as doubles and are rounded to float32 once, by the caller.
namespace steplab::elementwise {

/// `y.add(x, alpha=s)`; the probe's add() with x · s is the same.
inline float axpy(float y, float x, float s) { return y + x * s; }

/// `a.lerp(b, weight)`: from the end that is nearer.
inline float lerp(float a, float b, float weight) {
  return std::fabs(weight) < 0.5F ? a + weight * (b - a) : b - (b - a) * (1.0F - weight);
}

/// `y.addcmul(a, b, value=s)`
inline float addcmul(float y, float a, float b, float s) { return y + (s * a) * b; }

/// `y.addcdiv(a, b, value=s)`; the probe's add() with quotient(a, b, s) is the same.
inline float quotient(float a, float b, float s) { return (s * a) / b; }
inline float addcdiv(float y, float a, float b, float s) { return y + (s * a) / b; }

/// What an element's update tells of itself while nobody watches: nothing.
struct SilentProbe {
  void symbol(unsigned, float) const {}
  /// value + term
  float add(unsigned, float value, float term) const { return value + term; }
  /// value · factor
  float scale(unsigned, float value, float factor) const { return value * factor; }
  /// A stage that is neither sum nor product: returns `to`.
  float replace(unsigned, float, float to) const { return to; }
};

/// The same for the inspected element: the same arithmetic, written down.
class RecordingProbe {
 public:
  explicit RecordingProbe(Inspector& inspector) : inspector_(inspector) {}

  void symbol(unsigned index, float value) const {
    inspector_.symbol(index, static_cast<double>(value));
  }
  float add(unsigned index, float value, float term) const {
    inspector_.term(index, term);
    return value + term;
  }
  float scale(unsigned index, float value, float factor) const {
    return replace(index, value, value * factor);
  }
  float replace(unsigned index, float from, float to) const {
    inspector_.replace(index, from, to);
    return to;
  }

 private:
  Inspector& inspector_;
};

/// The loop over contiguous arrays that cannot overlap, so that it vectorises.
template <class Element, class... State>
void for_each(std::size_t size, Element element, float* __restrict value,
              const float* __restrict grad, State* __restrict... state) {
  constexpr SilentProbe kProbe;
  for (std::size_t i = 0; i < size; ++i) element(kProbe, value[i], grad[i], state[i]...);
}

/// Updates copies of the inspected element as the loop will update it, and writes down how.
template <class Element, class... State>
void inspect(Inspector& inspector, Element element, float value, float grad, State... state) {
  inspector.begin(value);
  element(RecordingProbe(inspector), value, grad, state...);
  inspector.end(value);
}

/// Does so where this parameter is inspected: for an update whose loop is a kernel of its own.
template <class Element, class... Tensors>
void inspect(const StepContext& context, const Parameter& parameter, Element element,
             Tensors&... state) {
  Inspector* inspector = context.watcher(parameter);
  if (inspector == nullptr) return;
  const std::size_t i = inspector->element();
  inspect(*inspector, element, parameter.value().span()[i], parameter.grad().span()[i],
          state.data()[i]...);
}

/// One pass over a parameter: `element(probe, value, grad, state...)` for each of its elements,
/// where value and state are references. One lambda serves the loop and the inspector, so that what
/// is shown is what is done.
template <class Element, class... Tensors>
void for_each(const StepContext& context, Parameter& parameter, Element element,
              Tensors&... state) {
  inspect(context, parameter, element, state...);
  for_each(parameter.value().size(), element, parameter.mutable_value().span().data(),
           parameter.grad().span().data(), state.data()...);
}

/// Calls `pass` with every flag as a std::bool_constant, for a pass whose loop must not branch.
template <class Pass, class... Flags>
void specialize(Pass pass, bool flag, Flags... rest) {
  const auto with = [&](auto constant) {
    if constexpr (sizeof...(rest) == 0) {
      pass(constant);
    } else {
      specialize([&](auto... constants) { pass(constant, constants...); }, rest...);
    }
  };
  if (flag) {
    with(std::true_type{});
  } else {
    with(std::false_type{});
  }
}

/// What most optimizers make of a gradient first: negate it to maximize, then add weight_decay
/// times the value. Without weight decay nothing is added, not zero times the value, which would be
/// NaN where the value is infinite.
class PenalizedGradient {
 public:
  PenalizedGradient(bool maximize, double weight_decay)
      : terms_{maximize ? -1.0F : 1.0F, weight_decay != 0.0, static_cast<float>(weight_decay)} {}
  explicit PenalizedGradient(const kernels::GradientTerms& terms) : terms_(terms) {}

  float operator()(float grad, float value) const {
    const float ascent = terms_.sign * grad;
    return terms_.decays ? axpy(ascent, value, terms_.weight_decay) : ascent;
  }

  /// The same, for a kernel.
  const kernels::GradientTerms& terms() const { return terms_; }

 private:
  kernels::GradientTerms terms_;
};

}  // namespace steplab::elementwise
