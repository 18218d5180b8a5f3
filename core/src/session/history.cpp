// SPDX-License-Identifier: MIT
#include "session/history.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace steplab {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

}  // namespace

float summary_of(const Tensor& value) {
  const std::span<const float> values = value.span();
  return value.shape().empty() ? values[0] : static_cast<float>(std::sqrt(sum_of_squares(values)));
}

std::size_t History::bytes(std::size_t rows, std::size_t parameters) {
  return rows * (sizeof(double) + sizeof(float) * (3 + parameters));
}

History::History(std::size_t rows, std::size_t parameters)
    : loss_(rows, kUnknown),
      lr_(rows, kUnknown),
      grad_norm_(rows, kUnknown),
      update_norm_(rows, kUnknown),
      parameters_(parameters, std::vector<float>(rows, kUnknown)) {}

void History::enter(std::size_t row, Run& run) {
  grad_norm_[row] = row > 0 ? run.record().grad_norm : kUnknown;
  update_norm_[row] = row > 0 ? run.record().update_norm : kUnknown;
  const std::span<Parameter* const> parameters = run.problem().parameters();
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    parameters_[i][row] = summary_of(parameters[i]->value());
  }
}

void History::set_lr(std::size_t row, Run& run) {
  lr_[row] = run.optimizer().group_count() > 0 ? run.optimizer().lr(0) : kUnknown;
}

void History::truncate(std::size_t row) {
  std::fill(loss_.begin() + static_cast<std::ptrdiff_t>(row), loss_.end(), kUnknown);
}

HistoryColumns History::columns(std::size_t count) const {
  HistoryColumns columns;
  columns.loss = std::span(loss_).first(count);
  columns.lr = std::span(lr_).first(count);
  columns.grad_norm = std::span(grad_norm_).first(count);
  columns.update_norm = std::span(update_norm_).first(count);
  for (const std::vector<float>& values : parameters_) {
    columns.parameters.push_back(std::span(values).first(count));
  }
  return columns;
}

}  // namespace steplab
