// SPDX-License-Identifier: MIT
#include "optim/evolution_weights.hpp"

#include <algorithm>
#include <cmath>

#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

// (Σ w)² / Σ w²
double effective_size(std::span<const double> weights) {
  double sum = 0.0;
  double squares = 0.0;
  for (const double weight : weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares > 0.0 ? sum * sum / squares : 0.0;
}

void scale_to(std::span<double> weights, double total) {
  double sum = 0.0;
  for (const double weight : weights) sum += std::fabs(weight);
  if (!(sum > 0.0)) return;
  for (double& weight : weights) weight *= total / sum;
}

}  // namespace

std::size_t default_population(std::size_t n) {
  return 4 + static_cast<std::size_t>(std::floor(3.0 * exact_log(static_cast<double>(n))));
}

EvolutionRates::EvolutionRates(std::size_t n, std::span<double> weights)
    : parents(weights.size() / 2) {
  const auto dimension = static_cast<double>(n);
  const double top = exact_log((static_cast<double>(weights.size()) + 1.0) / 2.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = top - exact_log(static_cast<double>(i + 1));
  }
  const std::span<double> positive = weights.first(parents);
  const std::span<double> negative = weights.subspan(parents);
  effective_parents = effective_size(positive);
  const double effective_losers = effective_size(negative);

  const double share = effective_parents / dimension;
  path = (4.0 + share) / (dimension + 4.0 + 2.0 * share);
  // The tutorial's 5 is pycma's 3.
  path_sigma = (effective_parents + 2.0) / (dimension + effective_parents + 3.0);
  const double excess = std::sqrt((effective_parents - 1.0) / (dimension + 1.0)) - 1.0;
  damping = 1.0 + 2.0 * std::max(0.0, excess) + path_sigma;
  rank_one = 2.0 / ((dimension + 1.3) * (dimension + 1.3) + effective_parents);
  rank_parents =
      std::min(1.0 - rank_one, 2.0 * (0.25 + effective_parents - 2.0 + 1.0 / effective_parents) /
                                   ((dimension + 2.0) * (dimension + 2.0) + effective_parents));

  scale_to(positive, 1.0);
  const double balanced = 1.0 + rank_one / rank_parents;
  const double comparable = 1.0 + 2.0 * effective_losers / (effective_parents + 2.0);
  const double definite = (1.0 - rank_one - rank_parents) / (dimension * rank_parents);
  scale_to(negative, std::min({balanced, comparable, definite}));
  for (const double weight : weights) weight_sum += weight;
  expected_length =
      std::sqrt(dimension) * (1.0 - 1.0 / (4.0 * dimension) + 1.0 / (21.0 * dimension * dimension));
}

}  // namespace steplab
