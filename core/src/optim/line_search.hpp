// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "optim/objective.hpp"

namespace steplab {

/// When a line search is content, and when it gives up.
struct LineSearchLimits {
  double decrease = 1e-4;  ///< c₁: the loss fell by at least this share of what its slope promised
  double curvature = 0.1;   ///< c₂: the slope is at most this share of what it was
  double evaluations = 20;  ///< how often the gradient is computed at most
};

/// A point along a direction: how far, the loss there, and its derivative along the direction.
struct LinePoint {
  double step = 0.0;
  double value = 0.0;
  double slope = 0.0;
};

/// Looks for the first minimum of a loss along a descent direction, by its slope: brackets it, then
/// takes the root of the secant (the Illinois variant of the false position, which is exact on a
/// quadratic after one trial). The smaller the share of the slope that is allowed to be left, the
/// more exact the search. Slopes and not losses, because near a minimum a float32 loss cannot tell
/// points apart that are closer than 3e-4 of its length.
template <class Real>
class LineSearch {
 public:
  LineSearch(Objective<Real>& objective, std::span<const Real> start,
             std::span<const Real> direction, std::span<Real> point, std::span<Real> gradient)
      : objective_(objective),
        start_(start),
        direction_(direction),
        point_(point),
        gradient_(gradient) {}

  /// `origin` is the start (step 0). Leaves `point` at the step that is returned: the one that
  /// meets the limits, else the lowest that was seen, which may be 0.
  LinePoint minimize(const LinePoint& origin, double first_step, const LineSearchLimits& limits) {
    LinePoint lowest = origin;
    low_ = before_ = origin;
    low_slope_ = origin.slope;
    is_bracketed_ = false;
    double step = first_step;
    for (int trial = 0; trial < static_cast<int>(limits.evaluations); ++trial) {
      const LinePoint point = at(step);
      if (point.value < lowest.value) lowest = point;
      const bool is_lower = point.value <= origin.value + limits.decrease * step * origin.slope;
      if (is_lower && std::fabs(point.slope) <= limits.curvature * std::fabs(origin.slope)) {
        return point;
      }
      narrow(point, is_lower && point.slope < 0.0);
      const double next = is_bracketed_ ? inside() : beyond();
      if (!(next > low_.step) || (is_bracketed_ && !(next < high_.step)) || !(next < kLongest)) {
        break;
      }
      step = next;
    }
    move_along(start_, lowest.step, direction_, point_);
    return lowest;
  }

 private:
  static constexpr double kLongest = 1e30;

  LinePoint at(double step) {
    move_along(start_, step, direction_, point_);
    const double value = objective_.gradient(point_, gradient_);
    return {step, value, dot_product(std::span<const Real>(gradient_), direction_)};
  }

  // A point before the minimum becomes the near end, any other the far one. The slope that the
  // secant has of an end that stays twice is halved, so that it comes nearer too.
  void narrow(const LinePoint& point, bool is_before) {
    if (is_before) {
      before_ = low_;
      low_ = point;
      low_slope_ = point.slope;
      if (is_bracketed_ && moved_low_) high_slope_ *= 0.5;
    } else {
      if (is_bracketed_ && !moved_low_) low_slope_ *= 0.5;
      high_ = point;
      high_slope_ = point.slope;
      is_bracketed_ = true;
    }
    moved_low_ = is_before;
  }

  // Of the secant through both ends; where the far one lies behind a hill, of the parabola through
  // its loss; where it has none, close to the near end.
  double inside() const {
    const double width = high_.step - low_.step;
    if (!std::isfinite(high_.value) || !std::isfinite(high_slope_)) return low_.step + 0.1 * width;
    double share = low_slope_ / (low_slope_ - high_slope_);
    if (high_.slope <= 0.0) {
      const double rise = high_.value - low_.value - low_.slope * width;
      share = std::clamp(-0.5 * low_.slope * width / rise, 0.1, 0.5);
    }
    return low_.step + share * width;
  }

  // The secant through the last two points, not shorter than a tenth further and not longer than
  // ten times as far.
  double beyond() const {
    const double width = low_.step - before_.step;
    const double bend = low_.slope - before_.slope;
    const double further = bend > 0.0 ? -low_.slope * width / bend : 3.0 * low_.step;
    return low_.step + std::clamp(further, 0.1 * width, 9.0 * low_.step);
  }

  Objective<Real>& objective_;
  std::span<const Real> start_;
  std::span<const Real> direction_;
  std::span<Real> point_;
  std::span<Real> gradient_;
  LinePoint low_;
  LinePoint before_;
  LinePoint high_;
  double low_slope_ = 0.0;
  double high_slope_ = 0.0;
  bool is_bracketed_ = false;
  bool moved_low_ = false;
};

/// The first trial of a search: what is expected, where that is a step at all, else a move of
/// length one at most.
inline double first_step_of(double expected, double gradient_norm) {
  if (expected > 0.0 && std::isfinite(expected)) return expected;
  return std::min(1.0, 1.0 / gradient_norm);
}

}  // namespace steplab
