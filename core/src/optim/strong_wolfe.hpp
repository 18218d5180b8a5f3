// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "optim/weak_number.hpp"
#include "steplab/base/error.hpp"

/// torch.optim.LBFGS's line search for a point that satisfies the strong Wolfe conditions.
namespace steplab {

/// The function along a line, which is anew evaluated from where the line begins.
class LineFunction {
 public:
  LineFunction() = default;
  LineFunction(const LineFunction&) = delete;
  LineFunction& operator=(const LineFunction&) = delete;
  virtual ~LineFunction() = default;

  /// The loss at step length t; leaves the gradient there in `gradient`.
  virtual Result<double> evaluate(const WeakNumber& t, std::span<float> gradient) = 0;
};

/// Where a line begins.
struct LineStart {
  double loss = 0.0;
  std::span<const float> gradient;
  std::span<const float> direction;
  float slope = 0.0F;  ///< gradient · direction
};

/// Where the search ended: the best point of its last bracket.
struct LineResult {
  WeakNumber t;
  double loss = 0.0;
  std::span<const float> gradient;  ///< in the search's memory
  int evaluations = 0;
};

/// The search, with memory for gradients of one length, so that it allocates nothing.
class StrongWolfe {
 public:
  explicit StrongWolfe(std::size_t length = 0);

  /// Searches from step length t on, in at most `most` iterations after the first evaluation.
  /// Errors are the function's, and what PyTorch's raises.
  Result<LineResult> search(LineFunction& function, const LineStart& start, WeakNumber t,
                            double tolerance_change, double most);

 private:
  // An evaluated point.
  struct Point {
    WeakNumber t;
    double loss = 0.0;
    WeakNumber slope;
    std::vector<float> gradient;
  };
  struct Conditions;

  static void copy(const Point& from, Point& to);
  Status try_at(LineFunction& function, const LineStart& start, const WeakNumber& t);
  Status bracket(LineFunction& function, const LineStart& start, WeakNumber t, double most);
  Status zoom(LineFunction& function, const LineStart& start, double tolerance_change, double most);
  WeakNumber away_from_ends(WeakNumber t);
  void narrow(const Conditions& conditions);
  void sort_ends();

  // What _strong_wolfe keeps in its variables.
  Point previous_;
  Point trial_;
  Point ends_[2];
  std::size_t end_count_ = 0;  // one when it is the result, none when PyTorch has no bracket
  std::size_t low_ = 0;
  std::size_t high_ = 1;
  bool is_done_ = false;
  bool is_slow_ = false;  // insufficient progress
  int iterations_ = 0;
  int evaluations_ = 0;
};

}  // namespace steplab
