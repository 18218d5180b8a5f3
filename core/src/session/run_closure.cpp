// SPDX-License-Identifier: MIT
#include "session/run_closure.hpp"

#include <string>

#include "steplab/optim/registry.hpp"

namespace steplab {

Result<float> RunClosure::evaluate() {
  optimizer_.zero_grad();
  const Result<float> value = loss();
  if (!value) return value;
  if (Status status = problem_.backward(false); !status) return status.error();
  return value;
}

Result<float> RunClosure::loss() {
  problem_.forward(iteration_);
  if (const std::optional<float> value = problem_.loss()) return *value;
  return Error{ErrorCode::kLoop, "",
               std::string(optimizer_.info().name) +
                   " asks its closure for the loss, and recorded gradients have none"};
}

Result<bool> RunClosure::sample_gradient() {
  if (!problem_.predicts_labels()) return false;
  optimizer_.zero_grad();
  if (Status status = problem_.backward_of_sampled_labels(iteration_); !status) {
    return status.error();
  }
  return true;
}

}  // namespace steplab
