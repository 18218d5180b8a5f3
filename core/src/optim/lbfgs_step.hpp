// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "optim/grouped_optimizer.hpp"
#include "optim/strong_wolfe.hpp"

/// What one step() of LBFGS does. Sums are ordered as the kernels order them, the same everywhere.
namespace steplab::lbfgs {

struct Options {
  double lr = 1.0;
  double max_iter = 20.0;
  std::optional<double> max_eval;
  double tolerance_grad = 1e-7;
  double tolerance_change = 1e-9;
  double history_size = 100.0;
  HyperName line_search_fn;
};

/// Of all parameters, under the first: PyTorch's keys but for its scratch list `al`.
struct State {
  std::int64_t func_evals = 0;
  std::int64_t n_iter = 0;
  StateTensor d;
  StateNumber t;
  StateTensorList old_dirs;
  StateTensorList old_stps;
  StateTensorList ro;
  StateNumber H_diag;
  StateTensor prev_flat_grad;
  StateNumber prev_loss;

  // Memory of a step.
  std::vector<float> gradient;
  std::vector<float> direction;
  std::vector<float> change;  // y
  std::vector<float> step;    // s
  std::vector<float> shares;  // `al`
  std::vector<float> start;   // the parameters where a line begins
  StrongWolfe search;

  void allocate(std::size_t length, std::size_t history);
};

/// The inspector's symbols, in the order of the rule's.
enum Symbol : unsigned { kGradient, kDirection, kLength, kStep };

/// One call of step(), with the parameters seen as one vector.
class Step final : public LineFunction {
 public:
  Step(State& state, const Options& options, std::span<Parameter* const> parameters,
       const StepContext& context);

  Status take();

  /// Along the direction from where the parameters are, to which they return.
  Result<double> evaluate(const WeakNumber& t, std::span<float> gradient) override;

 private:
  // Whether there is another iteration.
  Result<bool> iterate();
  Result<bool> search();
  Result<double> evaluate();
  WeakNumber first_length();
  Status find_direction();
  Status remember(float curvature);
  void apply_history();
  bool is_optimal() const;
  bool progresses() const;
  void add_direction(const WeakNumber& t);
  void move();
  void store();
  void tell_inspector();

  State& state_;
  const Options& options_;
  std::span<Parameter* const> parameters_;
  const StepContext& context_;
  WeakNumber length_;  // t
  double loss_ = 0.0;
  float slope_ = 0.0F;  // gradient · direction
  double iterations_ = 0.0;
  double evaluations_ = 0.0;
  bool has_moved_ = false;
};

}  // namespace steplab::lbfgs
