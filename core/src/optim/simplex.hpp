// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "optim/objective.hpp"

namespace steplab {

/// Nelder and Mead's simplex of n + 1 points in n dimensions, moved as scipy.optimize moves it.
/// It owns no memory: vertices and values are state, the rest is scratch.
template <class Real>
class Simplex {
 public:
  struct Memory {
    std::span<Real> vertices;  ///< (n + 1) · n, best first
    std::span<Real> values;    ///< n + 1: the losses there
  };
  struct Scratch {
    std::span<double> centroid;  // n
    std::span<Real> reflected;   // n
    std::span<Real> tried;       // n
  };
  /// How far the worst vertex is thrown, and what the others do when that does not help.
  struct Coefficients {
    double reflection = 1.0;
    double expansion = 2.0;
    double contraction = 0.5;
    double shrinkage = 0.5;
  };
  enum class Move { kReflected, kExpanded, kContractedOutside, kContractedInside, kShrunk };

  Simplex(Objective<Real>& objective, std::size_t n, Memory memory, Scratch scratch)
      : objective_(objective), n_(n), memory_(memory), scratch_(scratch) {}

  /// Gao and Han's, which depend on the dimension; for 2 they are the usual ones.
  static Coefficients adapted(std::size_t n) {
    const auto dimension = static_cast<double>(n);
    return {1.0, 1.0 + 2.0 / dimension, 0.75 - 1.0 / (2.0 * dimension), 1.0 - 1.0 / dimension};
  }

  std::span<Real> vertex(std::size_t index) { return memory_.vertices.subspan(index * n_, n_); }
  std::span<const Real> best() { return vertex(0); }

  /// A simplex around a point: each further vertex has one coordinate larger by a share `edge`, or
  /// by 0.00025 where it is 0.
  void start(std::span<const Real> point, double edge) {
    for (std::size_t index = 0; index <= n_; ++index) {
      const std::span<Real> here = vertex(index);
      for (std::size_t i = 0; i < n_; ++i) here[i] = point[i];
      if (index > 0) {
        Real& moved = here[index - 1];
        moved = static_cast<Real>(moved != Real(0) ? (1.0 + edge) * static_cast<double>(moved)
                                                   : 0.00025);
      }
      memory_.values[index] = static_cast<Real>(objective_.value(here));
    }
    sort();
  }

  Move iterate(const Coefficients& by) {
    find_centroid();
    const std::span<Real> worst = vertex(n_);
    const double reflected = throw_worst(by.reflection, scratch_.reflected);
    Move move = Move::kReflected;
    if (reflected < value(0)) {
      const double expanded = throw_worst(by.reflection * by.expansion, scratch_.tried);
      move = expanded < reflected ? Move::kExpanded : Move::kReflected;
      replace(worst, move, reflected, expanded);
    } else if (reflected < value(n_ - 1)) {
      replace(worst, move, reflected, reflected);
    } else {
      const bool is_outside = reflected < value(n_);
      const double contracted = throw_worst(
          is_outside ? by.contraction * by.reflection : -by.contraction, scratch_.tried);
      move = is_outside ? Move::kContractedOutside : Move::kContractedInside;
      if (is_outside ? contracted <= reflected : contracted < value(n_)) {
        replace(worst, move, reflected, contracted);
      } else {
        move = Move::kShrunk;
        shrink(by.shrinkage);
      }
    }
    sort();
    return move;
  }

 private:
  double value(std::size_t index) const { return static_cast<double>(memory_.values[index]); }

  // Of all but the worst.
  void find_centroid() {
    std::fill(scratch_.centroid.begin(), scratch_.centroid.end(), 0.0);
    for (std::size_t index = 0; index < n_; ++index) {
      for (std::size_t i = 0; i < n_; ++i) {
        scratch_.centroid[i] += static_cast<double>(vertex(index)[i]);
      }
    }
    for (double& element : scratch_.centroid) element /= static_cast<double>(n_);
  }

  // To the other side of the centroid, `factor` times as far as it lies on this one.
  double throw_worst(double factor, std::span<Real> point) {
    const std::span<const Real> worst = vertex(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      point[i] = static_cast<Real>((1.0 + factor) * scratch_.centroid[i] -
                                   factor * static_cast<double>(worst[i]));
    }
    return objective_.value(point);
  }

  void replace(std::span<Real> worst, Move move, double reflected, double tried) {
    const bool takes_reflected = move == Move::kReflected;
    const std::span<const Real> taken = takes_reflected ? scratch_.reflected : scratch_.tried;
    for (std::size_t i = 0; i < n_; ++i) worst[i] = taken[i];
    memory_.values[n_] = static_cast<Real>(takes_reflected ? reflected : tried);
  }

  void shrink(double factor) {
    for (std::size_t index = 1; index <= n_; ++index) {
      const std::span<Real> here = vertex(index);
      for (std::size_t i = 0; i < n_; ++i) {
        const double nearest = static_cast<double>(best()[i]);
        here[i] = static_cast<Real>(nearest + factor * (static_cast<double>(here[i]) - nearest));
      }
      memory_.values[index] = static_cast<Real>(objective_.value(here));
    }
  }

  // By insertion, which keeps the order of equals and takes no memory.
  void sort() {
    for (std::size_t index = 1; index <= n_; ++index) {
      for (std::size_t at = index; at > 0 && value(at) < value(at - 1); --at) {
        std::swap(memory_.values[at], memory_.values[at - 1]);
        std::swap_ranges(vertex(at).begin(), vertex(at).end(), vertex(at - 1).begin());
      }
    }
  }

  Objective<Real>& objective_;
  std::size_t n_;
  Memory memory_;
  Scratch scratch_;
};

}  // namespace steplab
