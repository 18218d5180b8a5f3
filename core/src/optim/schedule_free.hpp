// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "optim/rule.hpp"
#include "steplab/base/error.hpp"

/// What the two Schedule-Free optimizers share: the weights of the running average x of the points
/// z, of which the parameter holds the interpolation y = (1 − β) z + β x.
namespace steplab::schedule_free {

inline constexpr std::string_view kPaper = STEPLAB_TEXT(
    "A. Defazio, X. Yang, H. Mehta, K. Mishchenko, A. Khaled, A. Cutkosky: The Road "
    "Less Scheduled, NeurIPS 2024; https://arxiv.org/abs/2405.15682");

/// The counters that the reference keeps in each group. The optimizer is always in train mode,
/// because a loop has no line that would switch it: the parameter holds y.
struct Average {
  double k = 0.0;
  double weight_sum = 0.0;
  double lr_max = -1.0;
  double scheduled_lr = 0.0;
};

/// The row of one of those counters.
constexpr HyperField counter(std::string_view name, std::size_t offset) {
  return {name, HyperType::kNumber, offset, {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true};
}

/// What one step of a group uses.
struct Weights {
  double lr;      ///< γ, warmed up
  double newest;  ///< c: the share of the newest point in the average
};

/// Advances the group's average by one step.
Weights advance(Average& average, double lr, double warmup_steps, double r, double weight_lr_power);

/// How far y moves along the gradient for a gradient of one.
double step_size(const Weights& weights, double beta);

}  // namespace steplab::schedule_free
