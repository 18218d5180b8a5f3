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
  static void add(Parameter& parameter, const std::vector<float>& gradient) {
    const bool is_first = !parameter.has_grad();
    const std::span<float> grad = parameter.materialize_grad().span();
    if (is_first) {
      std::copy(gradient.begin(), gradient.end(), grad.begin());
      return;
    }
    for (std::size_t i = 0; i < grad.size(); ++i) grad[i] += gradient[i];
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
      const auto& gradient = gradients[step][i];
      if (!gradient || gradient->size() == parameters[i].value().size()) continue;
      return mismatch(where + ": the gradient of \"" + parameters[i].name() + "\" has " +
                      std::to_string(gradient->size()) + " elements, its shape is " +
                      to_string(parameters[i].shape()));
    }
  }
  return std::unique_ptr<Problem>(
      std::make_unique<RecordedProblem>(std::move(parameters), std::move(gradients)));
}

}  // namespace steplab
