// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <type_traits>

#include "optim/line_search.hpp"
#include "optim/objective.hpp"
#include "optim/symmetric_matrix.hpp"

namespace steplab {

/// One damped step of Newton's method: the Hessian from central differences of gradients, a
/// multiple of the identity added until it is positive definite, and backtracking along the
/// direction.
template <class Real>
class NewtonStep {
 public:
  /// For a point of n coordinates.
  struct Scratch {
    std::span<Real> start;        // n
    std::span<Real> ahead;        // n: gradients on either side
    std::span<Real> behind;       // n
    std::span<double> direction;  // n
    std::span<double> hessian;    // n · n, row-major
    std::span<double> factor;     // n · n
  };

  NewtonStep(Objective<Real>& objective, Scratch scratch)
      : objective_(objective), scratch_(scratch) {}

  /// Moves `point`, where the loss and the gradient are given.
  void move(std::span<Real> point, double loss, std::span<const Real> gradient, double damping,
            double decrease) {
    std::copy(point.begin(), point.end(), scratch_.start.begin());
    step_size_ = 0.0;
    if (!std::isfinite(loss) || !differentiate(point) || !solve(gradient, damping)) {
      std::copy(scratch_.start.begin(), scratch_.start.end(), point.begin());
      return;
    }
    backtrack(point, loss, gradient, decrease);
  }

  /// What was added to the diagonal, and the share of the direction that was gone.
  double damping() const { return damping_; }
  double step_size() const { return step_size_; }

 private:
  static constexpr int kMostHalvings = 30;
  static constexpr int kMostDampings = 60;
  // The cube root of Real's precision: balances the error of the difference against rounding.
  static constexpr double kReach = std::is_same_v<Real, float> ? 4.9e-3 : 6.1e-6;

  bool differentiate(std::span<Real> point) {
    const std::size_t n = point.size();
    double sum = 0.0;
    for (std::size_t column = 0; column < n; ++column) {
      const Real here = scratch_.start[column];
      const double reach = kReach * std::max(1.0, std::fabs(static_cast<double>(here)));
      point[column] = static_cast<Real>(static_cast<double>(here) + reach);
      const double top = static_cast<double>(point[column]);
      objective_.gradient(point, scratch_.ahead);
      point[column] = static_cast<Real>(static_cast<double>(here) - reach);
      // What the coordinate could hold, not what it was meant to.
      const double width = top - static_cast<double>(point[column]);
      objective_.gradient(point, scratch_.behind);
      point[column] = here;
      for (std::size_t row = 0; row < n; ++row) {
        const double change =
            static_cast<double>(scratch_.ahead[row]) - static_cast<double>(scratch_.behind[row]);
        scratch_.hessian[row * n + column] = change / width;
        sum += change;
      }
    }
    for (std::size_t row = 0; row < n; ++row) {
      for (std::size_t column = 0; column < row; ++column) {
        double& lower = scratch_.hessian[row * n + column];
        double& upper = scratch_.hessian[column * n + row];
        lower = upper = 0.5 * (lower + upper);
      }
    }
    return std::isfinite(sum);
  }

  // direction = −(H + μI)⁻¹ gradient
  bool solve(std::span<const Real> gradient, double damping) {
    const std::size_t n = gradient.size();
    double largest = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      largest = std::max(largest, std::fabs(scratch_.hessian[i * n + i]));
    }
    damping_ = damping;
    for (int i = 0; i < kMostDampings; ++i) {
      std::copy(scratch_.hessian.begin(), scratch_.hessian.end(), scratch_.factor.begin());
      for (std::size_t k = 0; k < n; ++k) scratch_.factor[k * n + k] += damping_;
      if (factorise(scratch_.factor, n)) {
        for (std::size_t k = 0; k < n; ++k) {
          scratch_.direction[k] = -static_cast<double>(gradient[k]);
        }
        solve_factorised(scratch_.factor, scratch_.direction);
        return true;
      }
      damping_ = std::max(2.0 * damping_, largest > 0.0 ? 1e-3 * largest : 1e-3);
    }
    return false;
  }

  void backtrack(std::span<Real> point, double loss, std::span<const Real> gradient,
                 double decrease) {
    const std::span<const Real> start = scratch_.start;
    const double slope = dot_product(gradient, std::span<const double>(scratch_.direction));
    double step = 1.0;
    for (int halving = 0; halving < kMostHalvings; ++halving) {
      move_along(start, step, scratch_.direction, point);
      const double value = objective_.value(point);
      if (value <= loss + decrease * step * slope) {
        step_size_ = step;
        return;
      }
      step *= 0.5;
    }
    std::copy(start.begin(), start.end(), point.begin());
  }

  Objective<Real>& objective_;
  Scratch scratch_;
  double damping_ = 0.0;
  double step_size_ = 0.0;
};

}  // namespace steplab
