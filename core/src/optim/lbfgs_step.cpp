// SPDX-License-Identifier: MIT
#include "optim/lbfgs_step.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "optim/elementwise.hpp"
#include "steplab/kernels/elementwise.hpp"
#include "steplab/kernels/reduce.hpp"

namespace steplab::lbfgs {
namespace {

// The largest magnitude; NaN where there is one.
float largest_magnitude(std::span<const float> values, float scale = 1.0F) {
  float largest = 0.0F;
  for (const float value : values) {
    const float magnitude = std::fabs(value * scale);
    if (std::isnan(magnitude)) return magnitude;
    largest = std::max(largest, magnitude);
  }
  return largest;
}

}  // namespace

void State::allocate(std::size_t length, std::size_t history) {
  for (StateTensor* tensor : {&d, &prev_flat_grad}) tensor->allocate({length});
  for (StateTensorList* list : {&old_dirs, &old_stps}) list->allocate(history, {length});
  ro.allocate(history, {});
  for (std::vector<float>* memory : {&gradient, &direction, &change, &step, &start}) {
    memory->resize(length);
  }
  shares.resize(history);
  search = StrongWolfe(length);
}

Step::Step(State& state, const Options& options, std::span<Parameter* const> parameters,
           const StepContext& context)
    : state_(state), options_(options), parameters_(parameters), context_(context) {
  const auto t = static_cast<float>(state.t.value);
  length_ = state.t.is_tensor ? WeakNumber::tensor(t) : WeakNumber(state.t.value);
  std::copy(state.d.values().begin(), state.d.values().end(), state.direction.begin());
}

Status Step::take() {
  const Result<double> first = evaluate();
  if (!first) return first.error();
  loss_ = *first;
  evaluations_ = 1.0;
  ++state_.func_evals;
  if (state_.gradient.empty()) {
    return invalid_hyper("params",
                         "max(): Expected reduction dim to be specified for input.numel() == 0. "
                         "Specify the reduction dim with the 'dim' argument.");
  }
  if (is_optimal()) return {};
  while (iterations_ < options_.max_iter) {
    ++iterations_;
    ++state_.n_iter;
    const Result<bool> goes_on = iterate();
    if (!goes_on) return goes_on.error();
    if (!*goes_on) break;
  }
  if (state_.n_iter > 0) store();
  if (has_moved_) tell_inspector();
  return {};
}

Result<bool> Step::iterate() {
  if (Status status = find_direction(); !status) return status.error();
  state_.prev_flat_grad.create_from(state_.gradient);
  state_.prev_loss = {loss_, false, true};
  length_ = state_.n_iter == 1 ? first_length() : WeakNumber(options_.lr);
  slope_ = kernels::dot(state_.gradient, state_.direction);
  if (slope_ > static_cast<float>(-options_.tolerance_change)) return false;

  if (!options_.line_search_fn.is_none()) return search();
  move();
  // A stochastic loss would be evaluated in vain after the last move.
  if (iterations_ == options_.max_iter) return false;
  const Result<double> loss = evaluate();
  if (!loss) return loss.error();
  loss_ = *loss;
  ++evaluations_;
  ++state_.func_evals;
  if (!options_.max_eval) {
    return invalid_hyper("max_eval",
                         "'>=' not supported between instances of 'int' and 'NoneType'");
  }
  return evaluations_ < *options_.max_eval && progresses();
}

Result<bool> Step::search() {
  if (options_.line_search_fn.text() != "strong_wolfe") {
    return invalid_hyper("line_search_fn", "only 'strong_wolfe' is supported");
  }
  if (!options_.max_eval) {
    return invalid_hyper("max_eval", "unsupported operand type(s) for -: 'NoneType' and 'int'");
  }
  std::size_t offset = 0;
  for (const Parameter* parameter : parameters_) {
    const std::span<const float> value = parameter->value().span();
    std::copy(value.begin(), value.end(), state_.start.data() + offset);
    offset += value.size();
  }
  const LineStart line{loss_, state_.prev_flat_grad.values(), state_.direction, slope_};
  const Result<LineResult> found = state_.search.search(
      *this, line, length_, options_.tolerance_change, *options_.max_eval - evaluations_);
  if (!found) return found.error();
  loss_ = found->loss;
  length_ = found->t;
  std::copy(found->gradient.begin(), found->gradient.end(), state_.gradient.begin());
  evaluations_ += found->evaluations;
  state_.func_evals += found->evaluations;
  move();
  return iterations_ != options_.max_iter && evaluations_ < *options_.max_eval && progresses();
}

Result<double> Step::evaluate(const WeakNumber& t, std::span<float> gradient) {
  add_direction(t);
  const Result<double> loss = evaluate();
  std::copy(state_.gradient.begin(), state_.gradient.end(), gradient.begin());
  std::size_t offset = 0;
  for (Parameter* parameter : parameters_) {
    const std::span<float> value = parameter->mutable_value().span();
    std::copy_n(state_.start.data() + offset, value.size(), value.data());
    offset += value.size();
    parameter->bump_version();
  }
  return loss;
}

// A parameter without gradient has one of zeros.
Result<double> Step::evaluate() {
  const Result<float> loss = context_.closure->evaluate();
  if (!loss) return loss.error();
  std::size_t offset = 0;
  for (const Parameter* parameter : parameters_) {
    const std::span<const float> grad = parameter->grad().span();
    float* part = state_.gradient.data() + offset;
    if (parameter->has_grad()) {
      std::copy(grad.begin(), grad.end(), part);
    } else {
      std::fill_n(part, grad.size(), 0.0F);
    }
    offset += grad.size();
  }
  return static_cast<double>(*loss);
}

WeakNumber Step::first_length() {
  kernels::abs(state_.gradient, state_.step);
  return min(1.0, WeakNumber::tensor(1.0F / kernels::sum(state_.step))) * options_.lr;
}

// What the last move tells of the curvature goes into the history.
Status Step::find_direction() {
  if (state_.n_iter == 1) {
    kernels::negate(state_.gradient, state_.direction);
    for (StateTensorList* list : {&state_.old_dirs, &state_.old_stps, &state_.ro}) list->clear();
    state_.H_diag = {1.0, false, true};
    return {};
  }
  const float t = length_.rounded();
  kernels::subtract(state_.gradient, state_.prev_flat_grad.values(), state_.change);
  kernels::multiply(state_.direction, std::span(&t, 1), state_.step);
  const float curvature = kernels::dot(state_.change, state_.step);
  if (curvature > 1e-10F) {
    if (Status status = remember(curvature); !status) return status;
  }
  apply_history();
  return {};
}

Status Step::remember(float curvature) {
  const std::size_t count = state_.old_dirs.size();
  if (static_cast<double>(count) == options_.history_size) {
    if (count == 0) return invalid_hyper("history_size", "IndexError: pop from empty list");
    for (StateTensorList* list : {&state_.old_dirs, &state_.old_stps, &state_.ro}) {
      list->pop_oldest();
    }
  } else if (count == state_.old_dirs.capacity()) {
    // history_size has changed; PyTorch's scratch list is as long as it was at first.
    return invalid_hyper("history_size", "IndexError: list assignment index out of range");
  }
  const float inverse = 1.0F / curvature;
  state_.old_dirs.push(state_.change);
  state_.old_stps.push(state_.step);
  state_.ro.push(std::span(&inverse, 1));
  const float scale = curvature / kernels::dot(state_.change, state_.change);
  state_.H_diag = {static_cast<double>(scale), true, true};
  return {};
}

// The two-loop recursion.
void Step::apply_history() {
  const std::span<float> d = state_.direction;
  const auto add = [d](std::span<const float> values, float scale) {
    for (std::size_t i = 0; i < d.size(); ++i) {
      d[i] = elementwise::axpy(d[i], values[i], scale);
    }
  };
  kernels::negate(state_.gradient, d);
  const std::size_t count = state_.old_dirs.size();
  if (state_.shares.size() < count) state_.shares.resize(count);  // after a restore, see the lists
  for (std::size_t i = count; i-- > 0;) {
    state_.shares[i] = kernels::dot(state_.old_stps[i], d) * state_.ro[i][0];
    add(state_.old_dirs[i], -state_.shares[i]);
  }
  const auto scale = static_cast<float>(state_.H_diag.value);
  kernels::multiply(d, std::span(&scale, 1), d);
  for (std::size_t i = 0; i < count; ++i) {
    const float share = kernels::dot(state_.old_dirs[i], d) * state_.ro[i][0];
    add(state_.old_stps[i], state_.shares[i] - share);
  }
}

bool Step::is_optimal() const {
  return largest_magnitude(state_.gradient) <= static_cast<float>(options_.tolerance_grad);
}

// Whether neither the gradient nor the last move asks for an end.
bool Step::progresses() const {
  if (is_optimal()) return false;
  const float change = largest_magnitude(state_.direction, length_.rounded());
  if (change <= static_cast<float>(options_.tolerance_change)) return false;
  return !(std::fabs(loss_ - state_.prev_loss.value) < options_.tolerance_change);
}

void Step::add_direction(const WeakNumber& t) {
  const float scale = t.rounded();
  const float* d = state_.direction.data();
  for (Parameter* parameter : parameters_) {
    for (float& value : parameter->mutable_value().span()) {
      value = elementwise::axpy(value, *d++, scale);
    }
    parameter->bump_version();
  }
}

// For good, and before the inspector's eyes.
void Step::move() {
  std::size_t offset = 0;
  for (const Parameter* parameter : parameters_) {
    if (Inspector* inspector = context_.watcher(*parameter)) {
      const std::size_t element = inspector->element();
      if (!has_moved_) inspector->begin(parameter->value().span()[element]);
      has_moved_ = true;
      inspector->term(kStep, state_.direction[offset + element] * length_.rounded());
    }
    offset += parameter->value().size();
  }
  add_direction(length_);
}

void Step::store() {
  state_.d.create_from(state_.direction);
  state_.t = {length_.value(), length_.is_tensor(), true};
  for (StateTensorList* list : {&state_.old_dirs, &state_.old_stps, &state_.ro}) list->create();
}

void Step::tell_inspector() {
  std::size_t offset = 0;
  for (const Parameter* parameter : parameters_) {
    if (Inspector* inspector = context_.watcher(*parameter)) {
      const std::size_t element = inspector->element();
      const std::size_t at = offset + element;
      inspector->symbol(kGradient, static_cast<double>(state_.prev_flat_grad.data()[at]));
      inspector->symbol(kDirection, static_cast<double>(state_.direction[at]));
      inspector->symbol(kLength, length_.value());
      inspector->end(parameter->value().span()[element]);
      return;
    }
    offset += parameter->value().size();
  }
}

}  // namespace steplab::lbfgs
