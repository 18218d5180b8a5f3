// SPDX-License-Identifier: MIT
#include "steplab/analysis/curvature.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "session/assemble.hpp"
#include "steplab/base/random.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMaxSamples = 256;
constexpr std::size_t kMaxIterations = 60;
constexpr double kTolerance = 1e-4;  // between two estimates, as a share
// Gradients are float32: the two ends lie far enough apart for their difference to be read.
constexpr double kStep = 2e-3;

using Vector = std::vector<double>;

double norm_of(const Vector& vector) {
  double squares = 0.0;
  for (const double value : vector) squares += value * value;
  return std::sqrt(squares);
}

double product_of(const Vector& a, const Vector& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

struct Curvature::Implementation {
  std::unique_ptr<Problem> problem;  // null when there is nothing to measure
  Vector point;
  Vector direction;
  double shift = 0.0;  // added to every eigenvalue, so that the largest is also the farthest from 0
  double estimate = 0.0;  // of the shifted eigenvalue
  std::size_t iteration = 0;
  bool done = false;
  std::optional<double> found;

  bool gradient_at(const Vector& where, Vector& gradient);
  bool multiply(const Vector& by, Vector& product);
  void restart();
  void iterate();
};

bool Curvature::Implementation::gradient_at(const Vector& where, Vector& gradient) {
  std::size_t next = 0;
  for (Parameter* parameter : problem->parameters()) {
    for (float& value : parameter->mutable_value().span()) {
      value = static_cast<float>(where[next++]);
    }
    parameter->drop_grad();
  }
  problem->forward(0);
  if (!problem->backward(false)) return false;
  gradient.clear();
  for (const Parameter* parameter : problem->parameters()) {
    for (const float value : parameter->grad().span()) {
      if (!std::isfinite(value)) return false;
      gradient.push_back(parameter->has_grad() ? static_cast<double>(value) : 0.0);
    }
  }
  return true;
}

// Hv + shift·v from the gradients on both sides of the point.
bool Curvature::Implementation::multiply(const Vector& by, Vector& product) {
  const double step = kStep * (1.0 + norm_of(point) / std::sqrt(static_cast<double>(by.size())));
  Vector there = point;
  Vector here = point;
  for (std::size_t i = 0; i < by.size(); ++i) {
    // As float32 reads them, so that the distance is the one that was walked.
    there[i] = static_cast<double>(static_cast<float>(point[i] + step * by[i]));
    here[i] = static_cast<double>(static_cast<float>(point[i] - step * by[i]));
  }
  Vector backwards;
  if (!gradient_at(there, product) || !gradient_at(here, backwards)) return false;
  for (std::size_t i = 0; i < by.size(); ++i) {
    product[i] = (product[i] - backwards[i]) / (2.0 * step) + shift * by[i];
  }
  return true;
}

void Curvature::Implementation::restart() {
  Generator generator(1);
  direction.resize(point.size());
  for (double& value : direction) value = generator.normal();
  const double length = norm_of(direction);
  for (double& value : direction) value /= length;
  estimate = 0.0;
  iteration = 0;
}

void Curvature::Implementation::iterate() {
  Vector product;
  if (!multiply(direction, product)) {
    done = true;
    return;
  }
  const double eigenvalue = product_of(direction, product);
  const double length = norm_of(product);
  const bool has_settled =
      iteration > 2 && std::abs(eigenvalue - estimate) <= kTolerance * std::abs(eigenvalue);
  estimate = eigenvalue;
  ++iteration;
  if (length == 0.0) {
    done = true;
    return;
  }
  for (std::size_t i = 0; i < product.size(); ++i) direction[i] = product[i] / length;
  if (!has_settled && iteration < kMaxIterations) return;
  if (estimate < 0.0 && shift == 0.0) {
    // The loss bends downwards more sharply than upwards: shifted, the upward bend is the largest.
    shift = -estimate;
    restart();
    return;
  }
  done = true;
  const double largest = estimate - shift;
  // Below what differences of float32 gradients can tell from nothing.
  if (largest > 1e-4 * std::max(1.0, shift)) found = largest;
}

Curvature::Curvature(const Experiment& experiment, const std::vector<std::vector<float>>& at)
    : implementation_(std::make_unique<Implementation>()) {
  Implementation& self = *implementation_;
  self.done = true;
  if (std::holds_alternative<RecordedSpec>(experiment.problem)) return;
  auto dataset = assemble_dataset(experiment);
  if (!dataset) return;
  Experiment whole = experiment;
  if (auto* task = std::get_if<TaskSpec>(&whole.problem)) {
    task->batch_size = std::min(kMaxSamples, (*dataset)->train_labels.size());
  }
  auto problem = assemble_problem(whole, *dataset);
  if (!problem) return;
  for (const std::vector<float>& values : at) {
    self.point.insert(self.point.end(), values.begin(), values.end());
  }
  std::size_t elements = 0;
  for (const Parameter* parameter : (*problem)->parameters()) elements += parameter->value().size();
  if (elements != self.point.size()) return;
  self.problem = std::move(problem).value();
  self.done = false;
  self.restart();
}

Curvature::~Curvature() = default;

bool Curvature::advance(std::size_t iterations) {
  Implementation& self = *implementation_;
  for (; iterations > 0 && !self.done; --iterations) self.iterate();
  return !self.done;
}

std::optional<double> Curvature::largest_eigenvalue() const { return implementation_->found; }

}  // namespace steplab
