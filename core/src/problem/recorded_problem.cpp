// SPDX-License-Identifier: MIT
#include "steplab/problem/recorded_problem.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "problem/loop_error.hpp"
#include "problem/parameter_archive.hpp"

namespace steplab {
namespace {

class RecordedProblem final : public Problem {
 public:
  RecordedProblem(std::vector<Parameter> parameters, RecordedGradients gradients)
      : parameters_(std::move(parameters)), gradients_(std::move(gradients)) {
    for (Parameter& parameter : parameters_) addresses_.push_back(&parameter);
  }

  std::span<Parameter* const> parameters() override { return addresses_; }

  void forward(std::size_t iteration, bool /*grad_enabled*/) override {
    step_ = iteration % gradients_.size();
    has_run_ = true;
  }

  std::optional<float> loss() const override { return std::nullopt; }

  Status backward(bool /*retain_graph*/) override {
    if (!has_run_) return loss_is_not_defined();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const auto& gradient = gradients_[step_][i];
      if (gradient && parameters_[i].requires_grad()) add(parameters_[i], *gradient);
    }
    return {};
  }

  Status scale_loss(std::size_t /*divisor*/) override { return loss_is_not_defined(); }
  Status detach_loss() override { return loss_is_not_defined(); }

  void archive(Archive& archive) override {
    for (Parameter& parameter : parameters_) archive_parameter(archive, parameter);
    archive.value(has_run_);
    archive.value(step_);
  }

 private:
  static void add(Parameter& parameter, const RecordedGradient& gradient) {
    if (const auto* slices = std::get_if<RecordedRows>(&gradient)) {
      return parameter.add_sparse_grad(slices->slices());
    }
    const std::vector<float>& recorded = std::get<std::vector<float>>(gradient);
    if (parameter.has_sparse_grad()) {
      // PyTorch adds the slices to the new gradient, in place of the old one.
      const std::span<float> sum = parameter.materialize_grad().span();
      std::copy(recorded.begin(), recorded.end(), sum.begin());
      return add_rows(parameter.sparse_grad(), 1.0F, sum);
    }
    const bool is_first = !parameter.has_grad();
    const std::span<float> grad = parameter.materialize_grad().span();
    if (is_first) {
      std::copy(recorded.begin(), recorded.end(), grad.begin());
      return;
    }
    for (std::size_t i = 0; i < grad.size(); ++i) grad[i] += recorded[i];
  }

  std::vector<Parameter> parameters_;
  std::vector<Parameter*> addresses_;
  RecordedGradients gradients_;
  std::size_t step_ = 0;
  bool has_run_ = false;
};

Error mismatch(std::string message) {
  return {ErrorCode::kInvalidArgument, "", std::move(message), -1};
}

Status check(const RecordedGradient& gradient, const Parameter& parameter) {
  const std::string name = "the gradient of \"" + parameter.name() + "\" has ";
  const std::string shape = ", its shape is " + to_string(parameter.shape());
  const auto* slices = std::get_if<RecordedRows>(&gradient);
  if (slices == nullptr) {
    const std::size_t size = std::get<std::vector<float>>(gradient).size();
    if (size == parameter.value().size()) return {};
    return mismatch(name + std::to_string(size) + " elements" + shape);
  }
  if (parameter.shape().empty()) return mismatch(name + "rows" + shape);
  for (const std::uint32_t row : slices->rows) {
    if (row >= parameter.shape()[0]) return mismatch(name + "row " + std::to_string(row) + shape);
  }
  if (slices->values.size() == slices->rows.size() * slice_size(parameter.shape())) return {};
  return mismatch(name + std::to_string(slices->values.size()) + " elements in " +
                  std::to_string(slices->rows.size()) + " rows" + shape);
}

// Room for what backward will add, so that it allocates nothing.
void allow_sparse_gradients(Parameter& parameter, std::size_t place,
                            const RecordedGradients& gradients) {
  std::optional<std::size_t> most;
  for (const auto& step : gradients) {
    if (!step[place]) continue;
    const auto* slices = std::get_if<RecordedRows>(&*step[place]);
    if (slices != nullptr) most = std::max(most.value_or(0), slices->rows.size());
  }
  if (most) parameter.allow_sparse_grad(*most);
}

}  // namespace

Result<std::unique_ptr<Problem>> make_recorded_problem(std::vector<Parameter> parameters,
                                                       RecordedGradients gradients) {
  if (gradients.empty()) return mismatch("recorded gradients need at least one step");
  for (std::size_t step = 0; step < gradients.size(); ++step) {
    const std::string where = "step " + std::to_string(step);
    if (gradients[step].size() != parameters.size()) {
      return mismatch(where + " has gradients for " + std::to_string(gradients[step].size()) +
                      " parameters, expected " + std::to_string(parameters.size()));
    }
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (!gradients[step][i]) continue;
      if (Status status = check(*gradients[step][i], parameters[i]); !status) {
        return mismatch(where + ": " + status.error().message);
      }
    }
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    allow_sparse_gradients(parameters[i], i, gradients);
  }
  return std::unique_ptr<Problem>(
      std::make_unique<RecordedProblem>(std::move(parameters), std::move(gradients)));
}

}  // namespace steplab
