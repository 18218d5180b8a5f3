// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace steplab {

/// 4 + ⌊3 ln n⌋: how many points CMA-ES draws a generation by default.
std::size_t default_population(std::size_t n);

/// The rates of CMA-ES, which follow from the dimension and the size of the population alone.
struct EvolutionRates {
  /// Fills `weights`, one a draw, best first; the later ones are negative.
  EvolutionRates(std::size_t n, std::span<double> weights);

  std::size_t parents = 0;         ///< μ: the draws with a positive weight
  double effective_parents = 0.0;  ///< μ_eff
  double path_sigma = 0.0;         ///< c_σ
  double damping = 0.0;            ///< d_σ
  double path = 0.0;               ///< c_c
  double rank_one = 0.0;           ///< c₁
  double rank_parents = 0.0;       ///< c_μ
  double weight_sum = 0.0;         ///< Σ wᵢ, of all draws
  double expected_length = 0.0;    ///< E‖N(0, I)‖
};

}  // namespace steplab
