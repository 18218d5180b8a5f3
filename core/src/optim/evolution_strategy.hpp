// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "optim/evolution_weights.hpp"
#include "optim/objective.hpp"
#include "optim/symmetric_matrix.hpp"
#include "steplab/base/exact_math.hpp"
#include "steplab/base/random.hpp"

namespace steplab {

/// CMA-ES: a normal distribution that is drawn from, and moved and bent towards the draws with the
/// least loss; against those with the most (its active variant, the default of pycma). After N.
/// Hansen, The CMA Evolution Strategy: A Tutorial, 2016, whose names are used.
template <class Real>
class EvolutionStrategy {
 public:
  struct Memory {
    std::span<Real> covariance;  ///< n · n
    std::span<Real> path;        ///< n: p_c
    std::span<Real> path_sigma;  ///< n: p_σ
    double sigma = 0.0;
    std::int64_t generation = 0;
  };
  struct Scratch {
    std::span<Real> points;        // λ · n
    std::span<double> steps;       // λ · n: y, in units of σ
    std::span<double> losses;      // λ
    std::span<std::size_t> order;  // λ
    std::span<double> weights;     // λ
    std::span<double> values;      // n
    std::span<double> vectors;     // n · n
    std::span<double> matrix;      // n · n
    std::span<double> moved;       // n
    std::span<double> rotated;     // n
  };

  EvolutionStrategy(Objective<Real>& objective, Scratch scratch)
      : objective_(objective), scratch_(scratch) {}

  /// A round distribution.
  static void start(Memory& memory, std::size_t n, double sigma) {
    std::fill(memory.covariance.begin(), memory.covariance.end(), Real(0));
    for (std::size_t i = 0; i < n; ++i) memory.covariance[i * n + i] = Real(1);
    std::fill(memory.path.begin(), memory.path.end(), Real(0));
    std::fill(memory.path_sigma.begin(), memory.path_sigma.end(), Real(0));
    memory.sigma = sigma;
    memory.generation = 0;
  }

  /// One generation: λ draws around `mean`, which moves. The least loss that was drawn.
  double evolve(std::span<Real> mean, Memory& memory, Generator& random) {
    const std::size_t population = scratch_.losses.size();
    const EvolutionRates rates(mean.size(), scratch_.weights);
    find_axes(memory, mean.size());
    for (std::size_t k = 0; k < population; ++k) draw(k, mean, memory.sigma, random);
    rank();
    const double least = scratch_.losses[scratch_.order.front()];
    // Where no draw has a loss, nothing says where to go.
    if (!std::isfinite(least)) return least;

    ++memory.generation;
    move_mean(mean, memory.sigma, rates.parents);
    const bool is_steady = follow(memory, rates);
    bend(memory, rates, is_steady);
    const double length = std::sqrt(squares(memory.path_sigma));
    const double growth = rates.path_sigma / rates.damping * (length / rates.expected_length - 1.0);
    memory.sigma *= exact_exp(std::min(1.0, growth));
    return least;
  }

 private:
  static double squares(std::span<const Real> vector) { return dot_product(vector, vector); }

  // C = B·diag(values)·Bᵀ; `values` become standard deviations. Rounding may leave an eigenvalue at
  // or below 0: it is kept at a share of the largest.
  void find_axes(const Memory& memory, std::size_t n) {
    for (std::size_t i = 0; i < n * n; ++i) {
      scratch_.matrix[i] = static_cast<double>(memory.covariance[i]);
    }
    decompose(scratch_.matrix, scratch_.values, scratch_.vectors);
    const double largest = *std::max_element(scratch_.values.begin(), scratch_.values.end());
    constexpr double kShare = sizeof(Real) == sizeof(float) ? 1e-7 : 1e-14;
    for (double& value : scratch_.values) value = std::sqrt(std::max(value, kShare * largest));
  }

  std::span<double> step(std::size_t index) {
    const std::size_t n = scratch_.moved.size();
    return scratch_.steps.subspan(index * n, n);
  }

  // By C^(1/2)·z and not B·diag·z, which would depend on the order and signs of the eigenvectors.
  void draw(std::size_t index, std::span<const Real> mean, double sigma, Generator& random) {
    const std::size_t n = mean.size();
    for (double& element : scratch_.rotated) element = random.normal();
    for (std::size_t i = 0; i < n; ++i) {
      double along = 0.0;
      for (std::size_t row = 0; row < n; ++row) {
        along += scratch_.vectors[row * n + i] * scratch_.rotated[row];
      }
      scratch_.moved[i] = scratch_.values[i] * along;
    }
    const std::span<Real> point = scratch_.points.subspan(index * n, n);
    for (std::size_t row = 0; row < n; ++row) {
      double y = 0.0;
      for (std::size_t i = 0; i < n; ++i) y += scratch_.vectors[row * n + i] * scratch_.moved[i];
      step(index)[row] = y;
      point[row] = static_cast<Real>(static_cast<double>(mean[row]) + sigma * y);
    }
    scratch_.losses[index] = objective_.value(point);
  }

  // By insertion, which keeps the order of equals and takes no memory.
  void rank() {
    for (std::size_t k = 0; k < scratch_.order.size(); ++k) {
      std::size_t at = k;
      for (; at > 0 && scratch_.losses[k] < scratch_.losses[scratch_.order[at - 1]]; --at) {
        scratch_.order[at] = scratch_.order[at - 1];
      }
      scratch_.order[at] = k;
    }
  }

  // moved = Σ wᵢ yᵢ over the parents
  void move_mean(std::span<Real> mean, double sigma, std::size_t parents) {
    std::fill(scratch_.moved.begin(), scratch_.moved.end(), 0.0);
    for (std::size_t k = 0; k < parents; ++k) {
      const std::span<const double> y = step(scratch_.order[k]);
      for (std::size_t i = 0; i < y.size(); ++i) scratch_.moved[i] += scratch_.weights[k] * y[i];
    }
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] = static_cast<Real>(static_cast<double>(mean[i]) + sigma * scratch_.moved[i]);
    }
  }

  // rotated = diag(1/values)·Bᵀ·vector, whose length is that of C^(−1/2)·vector
  void whiten(std::span<const double> vector) {
    const std::size_t n = vector.size();
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0.0;
      for (std::size_t row = 0; row < n; ++row) sum += scratch_.vectors[row * n + i] * vector[row];
      scratch_.rotated[i] = sum / scratch_.values[i];
    }
  }

  // Both paths; whether p_σ is short enough for p_c to follow (h_σ).
  bool follow(Memory& memory, const EvolutionRates& rates) {
    const std::size_t n = scratch_.moved.size();
    whiten(scratch_.moved);
    const double sigma_weight =
        std::sqrt(rates.path_sigma * (2.0 - rates.path_sigma) * rates.effective_parents);
    for (std::size_t row = 0; row < n; ++row) {
      double back = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        back += scratch_.vectors[row * n + i] * scratch_.rotated[i];
      }
      const double kept = (1.0 - rates.path_sigma) * static_cast<double>(memory.path_sigma[row]);
      memory.path_sigma[row] = static_cast<Real>(kept + sigma_weight * back);
    }
    const double filled =
        1.0 - exact_powi(1.0 - rates.path_sigma, 2 * static_cast<std::uint64_t>(memory.generation));
    const auto dimension = static_cast<double>(n);
    const bool is_steady =
        squares(memory.path_sigma) / filled / dimension < 2.0 + 4.0 / (dimension + 1.0);
    const double weight =
        is_steady ? std::sqrt(rates.path * (2.0 - rates.path) * rates.effective_parents) : 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      const double kept = (1.0 - rates.path) * static_cast<double>(memory.path[i]);
      memory.path[i] = static_cast<Real>(kept + weight * scratch_.moved[i]);
    }
    return is_steady;
  }

  // The covariance: of the path (rank one) and of the draws (rank μ), those with the most loss
  // counting against their direction.
  void bend(Memory& memory, const EvolutionRates& rates, bool is_steady) {
    const std::size_t n = scratch_.moved.size();
    double kept = 1.0 - rates.rank_one - rates.rank_parents * rates.weight_sum;
    if (!is_steady) kept += rates.rank_one * rates.path * (2.0 - rates.path);
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        scratch_.matrix[a * n + b] = kept * static_cast<double>(memory.covariance[a * n + b]) +
                                     rates.rank_one * static_cast<double>(memory.path[a]) *
                                         static_cast<double>(memory.path[b]);
      }
    }
    for (std::size_t k = 0; k < scratch_.order.size(); ++k) {
      const std::span<const double> y = step(scratch_.order[k]);
      double weight = scratch_.weights[k];
      if (weight < 0.0) {
        whiten(y);
        const std::span<const double> rotated = scratch_.rotated;
        weight *= static_cast<double>(n) / dot_product(rotated, rotated);
      }
      for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
          scratch_.matrix[a * n + b] += rates.rank_parents * weight * y[a] * y[b];
        }
      }
    }
    for (std::size_t a = 0; a < n; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        memory.covariance[a * n + b] = memory.covariance[b * n + a] =
            static_cast<Real>(scratch_.matrix[a * n + b]);
      }
    }
  }

  Objective<Real>& objective_;
  Scratch scratch_;
};

}  // namespace steplab
