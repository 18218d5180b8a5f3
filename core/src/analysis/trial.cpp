// SPDX-License-Identifier: MIT
#include "analysis/trial.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace steplab {
namespace {

constexpr std::uint64_t kDigestStart = 14695981039346656037U;

// FNV-1a over whole words, folded: equal digests are taken for equal bits.
std::uint64_t digest_of(const RunView& run) {
  std::uint64_t digest = kDigestStart;
  for (const ParameterView& view : run.parameters) {
    if (!view.in_model) continue;
    for (const float value : view.parameter->value().span()) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      digest = (digest ^ bits) * 1099511628211U;
      digest ^= digest >> 29U;
    }
  }
  return digest;
}

void copy_values(const RunView& run, std::vector<std::vector<float>>& into) {
  std::size_t next = 0;
  for (const ParameterView& view : run.parameters) {
    if (!view.in_model) continue;
    const std::span<const float> value = view.parameter->value().span();
    if (next == into.size()) into.emplace_back();
    into[next++].assign(value.begin(), value.end());
  }
  into.resize(next);
}

std::vector<const Parameter*> model_parameters(const RunView& run) {
  std::vector<const Parameter*> parameters;
  for (const ParameterView& view : run.parameters) {
    if (view.in_model) parameters.push_back(view.parameter);
  }
  return parameters;
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace

double Trial::final_loss() const {
  if (status == RunStatus::kDiverged) return std::numeric_limits<double>::infinity();
  if (status != RunStatus::kCompleted) return std::numeric_limits<double>::quiet_NaN();
  if (evaluation) return evaluation->train_loss;
  return last_loss ? static_cast<double>(*last_loss) : std::numeric_limits<double>::quiet_NaN();
}

double Trial::first_loss() const {
  if (start_evaluation) return start_evaluation->train_loss;
  return loss.empty() ? std::numeric_limits<double>::quiet_NaN()
                      : static_cast<double>(loss.front());
}

double Trial::movement() const {
  double squares = 0.0;
  for (std::size_t p = 0; p < end.size() && p < start.size(); ++p) {
    for (std::size_t i = 0; i < end[p].size() && i < start[p].size(); ++i) {
      const double change = static_cast<double>(end[p][i]) - static_cast<double>(start[p][i]);
      squares += change * change;
    }
  }
  return std::sqrt(squares);
}

TrialWork::TrialWork(const Experiment& experiment) {
  auto session = Session::create(experiment);
  if (!session) return;
  session_ = std::move(session).value();
  trial_ = std::make_unique<Trial>();
  const RunView run = session_->run(0);
  for (const ParameterView& view : run.parameters) trial_->names.push_back(view.parameter->name());
  copy_values(run, trial_->start);
  trial_->best = trial_->start;
  trial_->start_evaluation = session_->evaluate(0);
}

bool TrialWork::advance(std::size_t iterations) {
  if (!session_) return false;
  for (; iterations > 0 && !session_->finished(); --iterations) {
    copy_values(session_->run(0), trial_->before_last);
    session_->advance(1);
    remember_best();
    const RunView run = session_->run(0);
    if (run.status != RunStatus::kError) trial_->digest.push_back(digest_of(run));
  }
  if (!session_->finished()) return true;
  finish();
  return false;
}

// The iteration that has just ended knows the loss with which it began.
void TrialWork::remember_best() {
  const std::span<const float> loss = session_->history(0).loss;
  const std::size_t began = session_->iteration() - 1;
  if (began >= loss.size() || !(loss[began] < best_loss_)) return;
  best_loss_ = loss[began];
  trial_->best = trial_->before_last;
}

void TrialWork::finish() {
  const RunView run = session_->run(0);
  trial_->status = run.status;
  if (run.error != nullptr) trial_->error = *run.error;
  trial_->iterations = run.step;
  copy_values(run, trial_->end);
  for (const std::string_view warning : run.warnings) trial_->warnings.emplace_back(warning);
  const HistoryColumns columns = session_->history(0);
  // Row k tells of the parameters after k iterations; the last one ends no iteration.
  trial_->loss.assign(columns.loss.begin(), columns.loss.end());
  trial_->lr.assign(columns.lr.begin(), columns.lr.end());
  if (!std::isnan(trial_->loss.back())) trial_->last_loss = trial_->loss.back();
  if (run.status == RunStatus::kCompleted) trial_->evaluation = session_->evaluate(0);
  session_.reset();
}

ComparisonWork::ComparisonWork(const Experiment& one, const Experiment& canonical) {
  auto first = Session::create(one);
  auto second = Session::create(canonical);
  if (!first || !second) return;
  one_ = std::move(first).value();
  canonical_ = std::move(second).value();
  verdict_ = std::make_unique<Verdict>();
}

void ComparisonWork::differ(const Parameter& parameter, std::size_t element, float value,
                            float canonical) {
  verdict_->kind = Verdict::Kind::kDifferent;
  verdict_->iteration = one_->iteration() - 1;
  verdict_->parameter = parameter.name();
  verdict_->element = element;
  verdict_->value = value;
  verdict_->canonical = canonical;
}

void ComparisonWork::find_difference() {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  const std::vector<const Parameter*> a = model_parameters(one_->run(0));
  const std::vector<const Parameter*> b = model_parameters(canonical_->run(0));
  for (std::size_t p = 0; p < std::max(a.size(), b.size()); ++p) {
    // A layer that only one of them has.
    if (p >= a.size()) return differ(*b[p], 0, kNone, b[p]->value().span()[0]);
    const std::span<const float> x = a[p]->value().span();
    if (p >= b.size() || b[p]->value().size() != x.size()) return differ(*a[p], 0, x[0], kNone);
    const std::span<const float> y = b[p]->value().span();
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!same_bits(x[i], y[i])) return differ(*a[p], i, x[i], y[i]);
    }
  }
}

// What is raised counts more than what differed before.
void ComparisonWork::find_error() {
  const RunError* error = one_->run(0).error;
  if (error == nullptr) return;
  verdict_->kind = Verdict::Kind::kError;
  verdict_->iteration = error->step;
  verdict_->line = error->instruction;
  verdict_->message = error->error.message;
}

bool ComparisonWork::advance(std::size_t iterations) {
  if (!one_ || !canonical_) return false;
  for (; iterations > 0 && !one_->finished(); --iterations) {
    one_->advance(1);
    find_error();
    if (verdict_->kind != Verdict::Kind::kEquivalent) continue;
    canonical_->advance(1);
    find_difference();
  }
  if (!one_->finished()) return true;
  verdict_->iterations = one_->iteration();
  return false;
}

}  // namespace steplab
