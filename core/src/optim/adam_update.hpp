// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "optim/elementwise.hpp"
#include "optim/rule.hpp"
#include "optim/state_table.hpp"
#include "steplab/base/exact_math.hpp"
#include "steplab/base/parameter.hpp"

/// The update that Adam and AdamW share; AdamW is Adam with `decoupled_weight_decay`, as in
/// PyTorch.
namespace steplab::adam {

/// AdamW raises it under Adam's name, as it does in PyTorch.
inline constexpr std::string_view kLayoutRefusal =
    "Adam does not support sparse gradients, please consider SparseAdam instead";

/// Kept per parameter by both.
struct State {
  float step = 0.0F;
  StateTensor exp_avg;
  StateTensor exp_avg_sq;
  StateTensor max_exp_avg_sq;
};

std::span<const StateField> state_fields();

/// The symbols of both formulas, and the terms of their update.
enum Symbol : unsigned { kGradient, kMeanHat, kMeanSquareHat, kDecay, kStep };
std::span<const SymbolField> symbols();

void create_state(State& state, bool amsgrad);
Status prepare(const State& state, bool amsgrad);

/// torch.maximum of a running maximum that is never NaN while `candidate` is not.
inline float running_maximum(float maximum, float candidate) {
  return candidate < maximum ? maximum : candidate;
}

/// What a step reads of a group's options.
struct Settings {
  double lr;
  std::array<double, 2> betas;
  double eps;
  double weight_decay;
  bool amsgrad;
  bool maximize;
  bool decoupled_weight_decay;
};

void update(const StepContext& context, Parameter& parameter, State& state,
            const Settings& settings);

}  // namespace steplab::adam
