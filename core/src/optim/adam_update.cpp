// SPDX-License-Identifier: MIT
#include "optim/adam_update.hpp"

#include "steplab/kernels/update.hpp"

namespace steplab::adam {
namespace {

// The step's scalars: computed in double, rounded once where they meet the tensor.
kernels::AdamCoefficients coefficients(const Settings& settings, double first_correction,
                                       double second_correction) {
  const bool shrinks = settings.weight_decay != 0.0 && settings.decoupled_weight_decay;
  const elementwise::PenalizedGradient gradient(settings.maximize,
                                                shrinks ? 0.0 : settings.weight_decay);
  return {
      .gradient = gradient.terms(),
      .shrinks = shrinks,
      .keep = static_cast<float>(1.0 - settings.lr * settings.weight_decay),
      .first_weight = static_cast<float>(1.0 - settings.betas[0]),
      .second_decay = static_cast<float>(settings.betas[1]),
      .second_weight = static_cast<float>(1.0 - settings.betas[1]),
      .root_correction = static_cast<float>(std::sqrt(second_correction)),
      .eps = static_cast<float>(settings.eps),
      .step_size = static_cast<float>(-(settings.lr / first_correction)),
  };
}

}  // namespace

std::span<const StateField> state_fields() {
  static constexpr StateField kFields[] = {
      {STEPLAB_STATE(step), STEPLAB_TEXT("t"),
       STEPLAB_TEXT("t: how many updates this parameter has had.")},
      {STEPLAB_STATE(exp_avg), STEPLAB_TEXT("m_t"),
       STEPLAB_TEXT("m: the running mean of gradients.")},
      {STEPLAB_STATE(exp_avg_sq), STEPLAB_TEXT("v_t"),
       STEPLAB_TEXT("v: the running mean of squared gradients.")},
      {STEPLAB_STATE(max_exp_avg_sq),
       {},
       STEPLAB_TEXT("The largest v so far, which only amsgrad keeps and divides by.")},
  };
  return kFields;
}

std::span<const SymbolField> symbols() {
  static constexpr SymbolField kSymbols[] = {
      {STEPLAB_TEXT("g_t"),
       STEPLAB_TEXT("The gradient, negated to climb, with an L2 weight decay added.")},
      {STEPLAB_TEXT("\\hat m_t"),
       STEPLAB_TEXT("The running mean without its bias towards its start at zero.")},
      {STEPLAB_TEXT("\\hat v_t"),
       STEPLAB_TEXT("The running mean square without its bias towards its start at zero.")},
      {STEPLAB_TEXT("-\\gamma\\lambda\\,\\theta_{t-1}"),
       STEPLAB_TEXT(
           "The decay: the parameter shrinks by the factor 1 − γλ, apart from the gradient.")},
      {STEPLAB_TEXT("-\\gamma\\,\\hat m_t/(\\sqrt{\\hat v_t}+\\epsilon)"),
       STEPLAB_TEXT("The step: about the learning rate in size.")},
  };
  return kSymbols;
}

void create_state(State& state, bool amsgrad) {
  state.exp_avg.create();
  state.exp_avg_sq.create();
  if (amsgrad) state.max_exp_avg_sq.create();
}

Status prepare(const State& state, bool amsgrad) {
  return amsgrad ? require(state.max_exp_avg_sq, "max_exp_avg_sq") : Status();
}

void update(const StepContext& context, Parameter& parameter, State& state,
            const Settings& settings) {
  state.step += 1.0F;
  const auto step = static_cast<std::uint64_t>(state.step);
  const double first_correction = 1.0 - exact_powi(settings.betas[0], step);
  const double second_correction = 1.0 - exact_powi(settings.betas[1], step);
  const kernels::AdamCoefficients with =
      coefficients(settings, first_correction, second_correction);
  const bool amsgrad = settings.amsgrad;

  // What the kernel does to every element.
  const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                           float& exp_avg_sq, float& max_exp_avg_sq) {
    const float g = elementwise::PenalizedGradient(with.gradient)(grad, value);
    const float start = with.shrinks ? probe.scale(kDecay, value, with.keep) : value;
    exp_avg = elementwise::lerp(exp_avg, g, with.first_weight);
    exp_avg_sq = elementwise::addcmul(exp_avg_sq * with.second_decay, g, g, with.second_weight);
    max_exp_avg_sq = running_maximum(max_exp_avg_sq, exp_avg_sq);
    const float mean_square = amsgrad ? max_exp_avg_sq : exp_avg_sq;
    const float denominator = std::sqrt(mean_square) / with.root_correction + with.eps;
    probe.symbol(kGradient, g);
    probe.symbol(kMeanHat, static_cast<float>(exp_avg / first_correction));
    probe.symbol(kMeanSquareHat, static_cast<float>(mean_square / second_correction));
    value = probe.add(kStep, start, elementwise::quotient(exp_avg, denominator, with.step_size));
  };
  elementwise::inspect(context, parameter, element, state.exp_avg, state.exp_avg_sq,
                       state.max_exp_avg_sq);
  kernels::adam_update(with, parameter.grad().span(), parameter.mutable_value().span(),
                       state.exp_avg.span(), state.exp_avg_sq.span(),
                       amsgrad ? state.max_exp_avg_sq.span() : std::span<float>());

  if (with.shrinks) parameter.bump_version();
  parameter.bump_version();
}

}  // namespace steplab::adam
