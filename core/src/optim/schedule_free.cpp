// SPDX-License-Identifier: MIT
#include "optim/schedule_free.hpp"

#include <algorithm>

#include "steplab/base/exact_math.hpp"

namespace steplab::schedule_free {
namespace {

// Python's `base ** exponent` of numbers that are not negative.
double power(double base, double exponent) {
  if (exponent == 0.0) return 1.0;
  return base == 0.0 ? 0.0 : exact_pow(base, exponent);
}

}  // namespace

Weights advance(Average& average, double lr, double warmup_steps, double r,
                double weight_lr_power) {
  const double warmth = average.k < warmup_steps ? (average.k + 1.0) / warmup_steps : 1.0;
  const double scheduled_lr = lr * warmth;
  average.scheduled_lr = scheduled_lr;
  average.lr_max = std::max(scheduled_lr, average.lr_max);
  const double weight = power(average.k + 1.0, r) * power(average.lr_max, weight_lr_power);
  average.weight_sum += weight;
  average.k += 1.0;
  return {scheduled_lr, average.weight_sum == 0.0 ? 0.0 : weight / average.weight_sum};
}

double step_size(const Weights& weights, double beta) {
  return weights.lr * (beta * (1.0 - weights.newest) - 1.0);
}

}  // namespace steplab::schedule_free
