// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "optim/elementwise.hpp"
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

/// A rule's own rows, and after them those of the average, with its counters.
template <class Options, std::size_t N>
constexpr auto with_average(const HyperField (&own)[N]) {
  constexpr std::size_t kAverage = offsetof(Options, average);
  const HyperField average[] = {
      {STEPLAB_HYPER(warmup_steps), STEPLAB_TEXT("w"), 0.0, 1000.0, HyperScale::kLinear,
       STEPLAB_TEXT("w: steps over which the learning rate rises from 0.")},
      {STEPLAB_HYPER(r), STEPLAB_TEXT("r"), 0.0, 10.0, HyperScale::kLinear,
       STEPLAB_TEXT("r: how much more later points weigh in the average.")},
      {STEPLAB_HYPER(weight_lr_power), STEPLAB_TEXT("p"), 0.0, 4.0, HyperScale::kLinear,
       STEPLAB_TEXT("p: how much more points reached with a large learning rate weigh.")},
      counter("k", kAverage + offsetof(Average, k)),
      counter("weight_sum", kAverage + offsetof(Average, weight_sum)),
      counter("lr_max", kAverage + offsetof(Average, lr_max)),
      counter("scheduled_lr", kAverage + offsetof(Average, scheduled_lr)),
  };
  std::array<HyperField, N + std::size(average)> fields{};
  std::copy(std::begin(average), std::end(average), std::copy_n(own, N, fields.begin()));
  return fields;
}

/// The symbols() of both: the direction, and of what the update is the sum.
enum Symbol : unsigned { kDirection, kAveraging, kStep };

/// What one step of a group uses.
struct Weights {
  double lr;      ///< γ, warmed up
  double newest;  ///< c: the share of the newest point in the average
};

/// Advances a group's average by one step.
Weights advance(Average& average, double lr, double warmup_steps, double r, double weight_lr_power);
/// The same of the group's options.
template <class Options>
Weights advance(Options& options) {
  return advance(options.average, options.lr, options.warmup_steps, options.r,
                 options.weight_lr_power);
}

/// How far y moves along the gradient for a gradient of one.
double step_size(const Weights& weights, double beta);

/// Moves an element of y and of z, once the direction is known.
class Move {
 public:
  Move(const Weights& weights, double beta)
      : newest_(static_cast<float>(weights.newest)),
        along_(static_cast<float>(step_size(weights, beta))),
        rate_(static_cast<float>(-weights.lr)) {}

  template <class Probe>
  void operator()(const Probe& probe, float direction, float& y, float& z) const {
    probe.symbol(kDirection, direction);
    const float averaged = probe.replace(kAveraging, y, elementwise::lerp(y, z, newest_));
    y = probe.add(kStep, averaged, direction * along_);
    z = elementwise::axpy(z, direction, rate_);
  }

 private:
  float newest_;
  float along_;
  float rate_;
};

}  // namespace steplab::schedule_free
