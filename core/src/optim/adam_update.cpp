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

  const auto pass = [&]<bool kAmsgrad>(std::bool_constant<kAmsgrad>) {
    const auto element = [=](float& value, float grad, float& exp_avg, float& exp_avg_sq,
                             float& max_exp_avg_sq) {
      const float g = gradient(grad, value);
      const float start = decoupled ? value * scalars.keep : value;
      exp_avg = elementwise::lerp(exp_avg, g, scalars.first_weight);
      exp_avg_sq =
          elementwise::addcmul(exp_avg_sq * scalars.second_decay, g, g, scalars.second_weight);
      float mean_square = exp_avg_sq;
      if constexpr (kAmsgrad) {
        max_exp_avg_sq = running_maximum(max_exp_avg_sq, exp_avg_sq);
        mean_square = max_exp_avg_sq;
      }
      const float denominator = std::sqrt(mean_square) / scalars.root_correction + scalars.eps;
      value = elementwise::addcdiv(start, exp_avg, denominator, scalars.step_size);
    };
    elementwise::for_each(parameter, element, state.exp_avg, state.exp_avg_sq,
                          state.max_exp_avg_sq);
  };
  elementwise::specialize(pass, settings.amsgrad);

  if (decoupled) parameter.bump_version();
  parameter.bump_version();
}

}  // namespace steplab::adam
