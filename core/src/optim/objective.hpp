// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace steplab {

/// A loss as a function of one vector, which is what classical minimisers minimise. `Real` is what
/// a point's coordinates are kept in: float for parameters, double where tests compare a method
/// with references in double precision. Arithmetic is in double either way, rounded once where a
/// coordinate is kept.
template <class Real>
class Objective {
 public:
  /// How often the loss was computed, and how often with its gradient.
  struct Counts {
    std::int64_t evaluations = 0;
    std::int64_t gradients = 0;
  };

  Objective() = default;
  Objective(const Objective&) = delete;
  Objective& operator=(const Objective&) = delete;
  virtual ~Objective() = default;

  /// The loss at a point; ∞ where it is not a number, so that every comparison has an outcome.
  double value(std::span<const Real> point) {
    ++counts_.evaluations;
    return comparable(value_at(point));
  }
  /// The same, and the gradient there.
  double gradient(std::span<const Real> point, std::span<Real> gradient) {
    count_gradient();
    return comparable(gradient_at(point, gradient));
  }
  const Counts& counts() const { return counts_; }

 protected:
  virtual double value_at(std::span<const Real> point) = 0;
  virtual double gradient_at(std::span<const Real> point, std::span<Real> gradient) = 0;

  void count_gradient() {
    ++counts_.evaluations;
    ++counts_.gradients;
  }
  static double comparable(double value) {
    return value == value ? value : std::numeric_limits<double>::infinity();
  }

 private:
  Counts counts_;
};

/// Σ a[i] · b[i], in order.
template <class A, class B>
double dot_product(std::span<A> a, std::span<B> b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

/// point = start + step · direction
template <class Real, class Direction>
void move_along(std::span<const Real> start, double step, std::span<Direction> direction,
                std::span<Real> point) {
  for (std::size_t i = 0; i < point.size(); ++i) {
    point[i] =
        static_cast<Real>(static_cast<double>(start[i]) + step * static_cast<double>(direction[i]));
  }
}

}  // namespace steplab
