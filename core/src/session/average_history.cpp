// SPDX-License-Identifier: MIT
#include "session/average_history.hpp"

#include <algorithm>
#include <limits>

#include "session/history.hpp"

namespace steplab {
#ifdef STEPLAB_FIRST_STEPS_ONLY

struct AverageHistory::Columns {};

AverageHistory::AverageHistory() = default;
AverageHistory::~AverageHistory() = default;
std::size_t AverageHistory::bytes(std::size_t, std::size_t) { return 0; }
void AverageHistory::add(std::size_t, const Run&) {}
void AverageHistory::enter(std::size_t, std::size_t, const Run&, Problem&) {}
std::optional<AverageColumns> AverageHistory::columns(std::size_t, std::size_t) const {
  return std::nullopt;
}
Problem* at_average(const Run&, Problem&) { return nullptr; }

#else

namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

}  // namespace

Problem* at_average(const Run& run, Problem& probe) {
  if (run.average() == nullptr || !run.has_first_layers()) return nullptr;
  const std::span<const Tensor> from = run.average()->values();
  const std::span<Parameter* const> to = probe.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::span<const float> value = from[i].span();
    std::copy(value.begin(), value.end(), to[i]->mutable_value().span().begin());
  }
  return &probe;
}

// Of one run; empty without an average.
struct AverageHistory::Columns {
  std::vector<float> loss;
  std::vector<std::vector<float> > parameters;
};

AverageHistory::AverageHistory() = default;
AverageHistory::~AverageHistory() = default;

std::size_t AverageHistory::bytes(std::size_t rows, std::size_t parameters) {
  return rows * sizeof(float) * (1 + parameters);
}

void AverageHistory::add(std::size_t rows, const Run& run) {
  Columns& columns = runs_.emplace_back();
  if (run.average() == nullptr) return;
  columns.loss.assign(rows, kUnknown);
  columns.parameters.assign(run.average()->values().size(), columns.loss);
}

void AverageHistory::enter(std::size_t row, std::size_t index, const Run& run, Problem& probe) {
  Columns& columns = runs_[index];
  if (columns.loss.empty()) return;
  columns.loss[row] = kUnknown;
  for (std::vector<float>& column : columns.parameters) column[row] = kUnknown;
  Problem* looking = run.average()->updates() > 0 ? at_average(run, probe) : nullptr;
  if (looking == nullptr) return;
  looking->forward(row);
  columns.loss[row] = looking->loss().value_or(kUnknown);
  const std::span<const Tensor> values = run.average()->values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    columns.parameters[i][row] = summary_of(values[i]);
  }
}

std::optional<AverageColumns> AverageHistory::columns(std::size_t index, std::size_t count) const {
  const Columns& columns = runs_[index];
  if (columns.loss.empty()) return std::nullopt;
  AverageColumns known;
  known.loss = std::span(columns.loss).first(count);
  for (const std::vector<float>& values : columns.parameters) {
    known.parameters.push_back(std::span(values).first(count));
  }
  return known;
}

#endif

}  // namespace steplab
