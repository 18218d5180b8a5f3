// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "optim/elementwise.hpp"
#include "optim/rule.hpp"
#include "steplab/base/exact_math.hpp"

/// What Prodigy and the D-Adaptation optimizers share: they estimate d, the distance to the
/// solution, over all groups together, and step by multiples of it. Sums over elements are in
/// double here and in float32 in the references.
namespace steplab::distance_adaptation {

/// A counter that the reference keeps in each group.
constexpr HyperField counter(std::string_view name, std::size_t offset) {
  return {name, HyperType::kNumber, offset, {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true};
}

/// What limits the estimate's growth (see grown()).
constexpr HyperField growth_rate(std::size_t offset) {
  return {"growth_rate",
          HyperType::kOptionalNumber,
          offset,
          {},
          1.0,
          10.0,
          HyperScale::kLinear,
          STEPLAB_TEXT("How many times larger d may become in a step; None sets no limit.")};
}

/// The symbols() of the two that step as Adam does.
enum Symbol : unsigned { kGradient, kOldDistance, kDistance, kDecay, kStep };

/// What is summed over all parameters: of what the estimate is the quotient.
struct Sums {
  double numerator = 0.0;
  double denominator = 0.0;
};

/// Every group's learning rate is the largest or 0; the reference's RuntimeError otherwise, with
/// its advice. The largest, if all is well.
template <class Groups>
Result<double> common_lr(Groups& groups, std::string_view advice = {}) {
  double largest = 0.0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    largest = std::fmax(largest, groups.options(g).lr);
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double lr = groups.options(g).lr;
    if (lr == largest || lr == 0.0) continue;
    return Error{ErrorCode::kInvalidHyperParameter, "/lr",
                 "Setting different lr values in different parameter groups is only supported for "
                 "values of 0" +
                     std::string(advice)};
  }
  return largest;
}

/// The new estimate, when d may not grow by more than the rate; None sets no limit.
inline double grown(double d, double estimated, const std::optional<double>& growth_rate) {
  return growth_rate ? std::fmin(estimated, d * *growth_rate) : estimated;
}

/// d γ, and Adam's bias correction √(1 − β₂ᵗ)/(1 − β₁ᵗ) where that is asked for.
template <class Options>
double corrected_rate(const Options& first, double lr) {
  const double rate = first.d * lr;
  if (!first.use_bias_correction) return rate;
  const auto t = static_cast<std::uint64_t>(first.k + 1.0);
  return rate *
         (std::sqrt(1.0 - exact_powi(first.betas[1], t)) / (1.0 - exact_powi(first.betas[0], t)));
}

/// The gradient that sums and means are taken of: with the weight decay, unless it is decoupled.
template <class Options>
elementwise::PenalizedGradient coupled_gradient(const Options& options) {
  return {false, options.decouple ? 0.0 : options.weight_decay};
}

/// How a gradient enters Adam's running means, times `scale` and squared times `square_scale`, and
/// the sum s, times `sum_weight`.
class Means {
 public:
  Means(const std::array<double, 2>& betas, double scale, double square_scale, double sum_decay,
        double sum_weight)
      : first_decay_(static_cast<float>(betas[0])),
        first_weight_(static_cast<float>(scale * (1.0 - betas[0]))),
        second_decay_(static_cast<float>(betas[1])),
        second_weight_(static_cast<float>(square_scale * (1.0 - betas[1]))),
        sum_decay_(static_cast<float>(sum_decay)),
        sum_weight_(static_cast<float>(sum_weight)) {}

  void add(float g, float& exp_avg, float& exp_avg_sq, float& s) const {
    exp_avg = elementwise::axpy(exp_avg * first_decay_, g, first_weight_);
    exp_avg_sq = elementwise::addcmul(exp_avg_sq * second_decay_, g, g, second_weight_);
    s = elementwise::axpy(s * sum_decay_, g, sum_weight_);
  }

 private:
  float first_decay_;
  float first_weight_;
  float second_decay_;
  float second_weight_;
  float sum_decay_;
  float sum_weight_;
};

/// Hands the first group's estimate on to all, which are a step further; `keep(options)` does the
/// same with a rule's own counters.
template <class Groups, class Keep>
void hand_on(Groups& groups, Keep keep) {
  const double d = groups.options(0).d;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto& options = groups.options(g);
    options.d = d;
    options.k += 1.0;
    keep(options);
  }
}

/// Moves a parameter as Adam does, which decays it first where the decay is decoupled, by
/// `term(gradient, exp_avg, exp_avg_sq)`.
template <class State, class Options, class Term>
void move(const StepContext& context, Parameter& parameter, State& state, const Options& options,
          double old_distance, double rate, Term term) {
  ++state.step;
  const elementwise::PenalizedGradient gradient = coupled_gradient(options);
  const bool decays = options.weight_decay != 0.0 && options.decouple;
  const auto decay = static_cast<float>(-options.weight_decay * rate);
  const auto before = static_cast<float>(old_distance);
  const auto after = static_cast<float>(options.d);
  const auto element = [=](const auto& probe, float& value, float grad, float& exp_avg,
                           float& exp_avg_sq) {
    const float g = gradient(grad, value);
    probe.symbol(kGradient, g);
    probe.symbol(kOldDistance, before);
    probe.symbol(kDistance, after);
    const float start = decays ? probe.add(kDecay, value, value * decay) : value;
    value = probe.add(kStep, start, term(g, exp_avg, exp_avg_sq));
  };
  elementwise::for_each(context, parameter, element, state.exp_avg, state.exp_avg_sq);
  if (decays) parameter.bump_version();
  parameter.bump_version();
}

}  // namespace steplab::distance_adaptation
