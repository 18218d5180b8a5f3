// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "optim/line_search.hpp"
#include "optim/objective.hpp"

namespace steplab {

/// One step along −gradient or along Polak and Ribière's conjugate direction, as far as a line
/// search says. All spans are as long as the point.
template <class Real>
class ConjugateStep {
 public:
  /// What one step leaves to the next.
  struct Memory {
    std::span<Real> direction;
    std::span<Real> previous_gradient;
    std::int64_t since_restart = 0;  ///< steps since the last one along −gradient; 0: none yet
    double step_size = 0.0;
    double slope = 0.0;
  };
  struct Scratch {
    std::span<Real> start;
    std::span<Real> trial_gradient;
  };

  ConjugateStep(Objective<Real>& objective, Scratch scratch)
      : objective_(objective), scratch_(scratch) {}

  /// Moves `point`, where the loss and the gradient are given. After `restart` steps the direction
  /// is −gradient again, as it is wherever β would be negative or the direction lead upwards: with
  /// 1 that is gradient descent.
  void move(std::span<Real> point, double loss, std::span<const Real> gradient, Memory& memory,
            double restart, const LineSearchLimits& limits) {
    const double squares = dot_product(gradient, gradient);
    // Nowhere to go: a minimum, or no finite gradient.
    if (!(squares > 0.0) || !std::isfinite(squares) || !std::isfinite(loss)) {
      memory.since_restart = 0;
      memory.step_size = 0.0;
      return;
    }
    const bool is_kept =
        memory.since_restart > 0 && static_cast<double>(memory.since_restart) < restart;
    beta_ = is_kept ? beta_of(gradient, memory.previous_gradient) : 0.0;
    turn(gradient, beta_, memory.direction);
    double slope = dot_product(gradient, std::span<const Real>(memory.direction));
    if (!(slope < 0.0)) {
      beta_ = 0.0;
      turn(gradient, beta_, memory.direction);
      slope = -squares;
    }
    memory.since_restart = beta_ == 0.0 ? 1 : memory.since_restart + 1;

    // As much is expected to be gained as by the last step; an exact search's own length, though,
    // says more.
    const double expected =
        restart > 1.0 ? memory.step_size * (memory.slope / slope) : memory.step_size;
    std::copy(point.begin(), point.end(), scratch_.start.begin());
    std::copy(gradient.begin(), gradient.end(), memory.previous_gradient.begin());
    LineSearch<Real> search(objective_, scratch_.start, memory.direction, point,
                            scratch_.trial_gradient);
    const LinePoint reached =
        search.minimize({0.0, loss, slope}, first_step_of(expected, std::sqrt(squares)), limits);
    memory.step_size = reached.step;
    memory.slope = slope;
    // A direction in which nothing is found is not to be kept.
    if (reached.step == 0.0) memory.since_restart = 0;
  }

  double beta() const { return beta_; }

 private:
  // Polak and Ribière's, and never negative.
  static double beta_of(std::span<const Real> gradient, std::span<const Real> previous) {
    double change = 0.0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      change += static_cast<double>(gradient[i]) *
                (static_cast<double>(gradient[i]) - static_cast<double>(previous[i]));
    }
    const double beta = change / dot_product(previous, previous);
    return beta > 0.0 && std::isfinite(beta) ? beta : 0.0;
  }

  static void turn(std::span<const Real> gradient, double beta, std::span<Real> direction) {
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      const double kept = beta == 0.0 ? 0.0 : beta * static_cast<double>(direction[i]);
      direction[i] = static_cast<Real>(kept - static_cast<double>(gradient[i]));
    }
  }

  Objective<Real>& objective_;
  Scratch scratch_;
  double beta_ = 0.0;
};

}  // namespace steplab
