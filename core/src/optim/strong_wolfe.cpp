// SPDX-License-Identifier: MIT
#include "optim/strong_wolfe.hpp"

#include <algorithm>
#include <cmath>

#include "steplab/kernels/reduce.hpp"

namespace steplab {
namespace {

constexpr double kArmijo = 1e-4;    // c1
constexpr double kCurvature = 0.9;  // c2

Error raised(std::string_view message) {
  return {ErrorCode::kInvalidHyperParameter, "", std::string(message)};
}

struct Bounds {
  WeakNumber low;
  WeakNumber high;
};

// The minimiser of the cubic through two points with their slopes, within the bounds; their middle
// where the cubic has none.
Result<WeakNumber> cubic_minimiser(const WeakNumber& x1, double f1, const WeakNumber& g1,
                                   const WeakNumber& x2, double f2, const WeakNumber& g2,
                                   const Bounds& bounds) {
  const WeakNumber width = x1 - x2;
  if (!width.is_tensor() && width.value() == 0.0) {
    return raised("ZeroDivisionError: float division by zero");
  }
  const WeakNumber d1 = g1 + g2 - WeakNumber(3.0 * (f1 - f2)) / width;
  const WeakNumber d2_square = d1 * d1 - g1 * g2;
  if (!(d2_square >= 0.0)) return (bounds.low + bounds.high) / 2.0;
  const WeakNumber d2 = WeakNumber::tensor(std::sqrt(d2_square.rounded()));
  const WeakNumber minimiser = x1 <= x2 ? x2 - (x2 - x1) * ((g2 + d2 - d1) / (g2 - g1 + d2 * 2.0))
                                        : x1 - (x1 - x2) * ((g1 + d2 - d1) / (g1 - g2 + d2 * 2.0));
  return min(max(minimiser, bounds.low), bounds.high);
}

float largest_magnitude(std::span<const float> values) {
  float largest = 0.0F;
  for (const float value : values) {
    if (std::isnan(value)) return value;
    largest = std::max(largest, std::fabs(value));
  }
  return largest;
}

}  // namespace

// The strong Wolfe conditions of a line that begins at `start`, asked of the trial point.
struct StrongWolfe::Conditions {
  const LineStart& start;
  const Point& trial;

  // Not low enough for how far it went.
  bool fails_armijo() const {
    const WeakNumber slope = WeakNumber::tensor(start.slope);
    return WeakNumber(trial.loss) > WeakNumber(start.loss) + WeakNumber(kArmijo) * trial.t * slope;
  }
  // Flat enough.
  bool has_curvature() const {
    return abs(trial.slope) <= WeakNumber(-kCurvature) * WeakNumber::tensor(start.slope);
  }
};

StrongWolfe::StrongWolfe(std::size_t length) {
  for (Point* point : {&previous_, &trial_, &ends_[0], &ends_[1]}) point->gradient.resize(length);
}

// Without moving memory.
void StrongWolfe::copy(const Point& from, Point& to) {
  to.t = from.t;
  to.loss = from.loss;
  to.slope = from.slope;
  std::copy(from.gradient.begin(), from.gradient.end(), to.gradient.begin());
}

Status StrongWolfe::try_at(LineFunction& function, const LineStart& start, const WeakNumber& t) {
  const Result<double> loss = function.evaluate(t, trial_.gradient);
  if (!loss) return loss.error();
  ++evaluations_;
  trial_.t = t;
  trial_.loss = *loss;
  trial_.slope = WeakNumber::tensor(kernels::dot(trial_.gradient, start.direction));
  return {};
}

Result<LineResult> StrongWolfe::search(LineFunction& function, const LineStart& start, WeakNumber t,
                                       double tolerance_change, double most) {
  end_count_ = 0;
  is_done_ = is_slow_ = false;
  iterations_ = evaluations_ = 0;
  if (Status status = bracket(function, start, t, most); !status) return status.error();
  if (end_count_ == 0) {
    return raised(
        "UnboundLocalError: cannot access local variable 'bracket_f' where it is not associated "
        "with a value");
  }
  sort_ends();
  if (Status status = zoom(function, start, tolerance_change, most); !status) {
    return status.error();
  }
  if (low_ >= end_count_) return raised("IndexError: list index out of range");
  const Point& best = ends_[low_];
  return LineResult{best.t, best.loss, best.gradient, evaluations_};
}

// Goes on until a point, or two between which there must be one, is found.
Status StrongWolfe::bracket(LineFunction& function, const LineStart& start, WeakNumber t,
                            double most) {
  previous_.t = 0.0;
  previous_.loss = start.loss;
  previous_.slope = WeakNumber::tensor(start.slope);
  std::copy(start.gradient.begin(), start.gradient.end(), previous_.gradient.begin());
  if (Status status = try_at(function, start, t); !status) return status;
  const Conditions conditions{start, trial_};
  while (iterations_ < most) {
    const bool climbs = iterations_ > 1 && trial_.loss >= previous_.loss;
    const bool is_beyond = conditions.fails_armijo() || climbs;
    if (!is_beyond && conditions.has_curvature()) {
      copy(trial_, ends_[0]);
      end_count_ = 1;
      is_done_ = true;
      return {};
    }
    if (is_beyond || trial_.slope >= 0.0) {
      copy(previous_, ends_[0]);
      copy(trial_, ends_[1]);
      end_count_ = 2;
      return {};
    }
    const Bounds bounds{trial_.t + WeakNumber(0.01) * (trial_.t - previous_.t), trial_.t * 10.0};
    const Result<WeakNumber> next = cubic_minimiser(previous_.t, previous_.loss, previous_.slope,
                                                    trial_.t, trial_.loss, trial_.slope, bounds);
    if (!next) return next.error();
    copy(trial_, previous_);
    if (Status status = try_at(function, start, *next); !status) return status;
    ++iterations_;
  }
  if (static_cast<double>(iterations_) != most) return {};
  // Out of evaluations: the start and the last point.
  ends_[0].t = 0.0;
  ends_[0].loss = start.loss;
  std::copy(start.gradient.begin(), start.gradient.end(), ends_[0].gradient.begin());
  copy(trial_, ends_[1]);
  end_count_ = 2;
  return {};
}

// The lower end is that of the smaller loss.
void StrongWolfe::sort_ends() {
  const bool in_order = ends_[0].loss <= ends_[end_count_ - 1].loss;
  low_ = in_order ? 0 : 1;
  high_ = in_order ? 1 : 0;
}

// Narrows the bracket down.
Status StrongWolfe::zoom(LineFunction& function, const LineStart& start, double tolerance_change,
                         double most) {
  const WeakNumber longest = WeakNumber::tensor(largest_magnitude(start.direction));
  const Conditions conditions{start, trial_};
  while (!is_done_ && iterations_ < most) {
    const auto& [left, right] = ends_;
    if (abs(right.t - left.t) * longest < tolerance_change) return {};
    const Bounds bounds = left.t <= right.t ? Bounds{left.t, right.t} : Bounds{right.t, left.t};
    const Result<WeakNumber> next =
        cubic_minimiser(left.t, left.loss, left.slope, right.t, right.loss, right.slope, bounds);
    if (!next) return next.error();
    if (Status status = try_at(function, start, away_from_ends(*next)); !status) return status;
    ++iterations_;
    narrow(conditions);
  }
  return {};
}

// A trial close to an end is the second in a row to be so, or not within the bracket: then it moves
// a tenth of the bracket away from that end.
WeakNumber StrongWolfe::away_from_ends(WeakNumber t) {
  const WeakNumber most = max(ends_[0].t, ends_[1].t);
  const WeakNumber least = min(ends_[0].t, ends_[1].t);
  const WeakNumber margin = WeakNumber(0.1) * (most - least);
  if (!(min(most - t, t - least) < margin)) {
    is_slow_ = false;
    return t;
  }
  if (!is_slow_ && !(t >= most) && !(t <= least)) {
    is_slow_ = true;
    return t;
  }
  is_slow_ = false;
  return abs(t - most) < abs(t - least) ? most - margin : least + margin;
}

void StrongWolfe::narrow(const Conditions& conditions) {
  if (conditions.fails_armijo() || trial_.loss >= ends_[low_].loss) {
    copy(trial_, ends_[high_]);
    sort_ends();
    return;
  }
  if (conditions.has_curvature()) {
    is_done_ = true;
  } else if (trial_.slope * (ends_[high_].t - ends_[low_].t) >= 0.0) {
    copy(ends_[low_], ends_[high_]);
  }
  copy(trial_, ends_[low_]);
}

}  // namespace steplab
