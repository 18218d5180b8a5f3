// SPDX-License-Identifier: MIT
#include "optim/adam_update.hpp"

namespace steplab::adam {
namespace {

// The step's scalars: computed in double, rounded once where they meet the tensor.
struct Scalars {
  explicit Scalars(const Settings& settings, std::uint64_t step)
      : keep(static_cast<float>(1.0 - settings.lr * settings.weight_decay)),
        first_weight(static_cast<float>(1.0 - settings.betas[0])),
        second_decay(static_cast<float>(settings.betas[1])),
        second_weight(static_cast<float>(1.0 - settings.betas[1])),
        root_correction(static_cast<float>(std::sqrt(1.0 - exact_powi(settings.betas[1], step)))),
        eps(static_cast<float>(settings.eps)),
        step_size(
            static_cast<float>(-(settings.lr / (1.0 - exact_powi(settings.betas[0], step))))) {}

  float keep;
  float first_weight;
  float second_decay;
  float second_weight;
  float root_correction;
  float eps;
  float step_size;
};

// torch.maximum of a running maximum that is never NaN while `candidate` is not.
float running_maximum(float maximum, float candidate) {
  return candidate < maximum ? maximum : candidate;
}

}  // namespace

std::span<const StateField<State>> state_fields() {
  static constexpr StateField<State> kFields[] = {
      {"step", &State::step, "t: how many updates this parameter has had."},
      {"exp_avg", &State::exp_avg, "m: the running mean of gradients."},
      {"exp_avg_sq", &State::exp_avg_sq, "v: the running mean of squared gradients."},
      {"max_exp_avg_sq", &State::max_exp_avg_sq,
       "The largest v so far, which only amsgrad keeps and divides by."},
  };
  return kFields;
}

void create_state(State& state, bool amsgrad) {
  state.exp_avg.create();
  state.exp_avg_sq.create();
  if (amsgrad) state.max_exp_avg_sq.create();
}

Status prepare(const State& state, bool amsgrad) {
  return amsgrad ? require(state.max_exp_avg_sq, "max_exp_avg_sq") : Status();
}

void update(Parameter& parameter, State& state, const Settings& settings) {
  state.step += 1.0F;
  const Scalars scalars(settings, static_cast<std::uint64_t>(state.step));
  const bool decays = settings.weight_decay != 0.0;
  const bool decoupled = decays && settings.decoupled_weight_decay;
  const elementwise::PenalizedGradient gradient(settings.maximize,
                                                decoupled ? 0.0 : settings.weight_decay);

  const std::size_t size = parameter.value().size();
  float* __restrict value = parameter.mutable_value().span().data();
  const float* __restrict grad = parameter.grad().span().data();
  float* __restrict exp_avg = state.exp_avg.data();
  float* __restrict exp_avg_sq = state.exp_avg_sq.data();
  float* __restrict max_exp_avg_sq = settings.amsgrad ? state.max_exp_avg_sq.data() : nullptr;

  for (std::size_t i = 0; i < size; ++i) {
    const float g = gradient(grad[i], value[i]);
    const float start = decoupled ? value[i] * scalars.keep : value[i];
    const float m = elementwise::lerp(exp_avg[i], g, scalars.first_weight);
    const float v =
        elementwise::addcmul(exp_avg_sq[i] * scalars.second_decay, g, g, scalars.second_weight);
    float divisor = v;
    if (max_exp_avg_sq != nullptr) {
      divisor = running_maximum(max_exp_avg_sq[i], v);
      max_exp_avg_sq[i] = divisor;
    }
    const float denominator = std::sqrt(divisor) / scalars.root_correction + scalars.eps;
    exp_avg[i] = m;
    exp_avg_sq[i] = v;
    value[i] = elementwise::addcdiv(start, m, denominator, scalars.step_size);
  }

  if (decoupled) parameter.bump_version();
  parameter.bump_version();
}

}  // namespace steplab::adam
