// SPDX-License-Identifier: MIT
#include "autograd/linear_operation.hpp"

#include "steplab/kernels/reduce.hpp"

namespace steplab {

LinearOperation::LinearOperation(Variable& x, Variable& weight, Variable& bias, Variable& result)
    : Operation(result, {&x, &weight, &bias}),
      x_(x),
      weight_(weight),
      bias_(bias),
      sizes_{x.shape[0], weight.shape[1], weight.shape[0]},
      workspace_(kernels::linear_workspace(sizes_)) {}

void LinearOperation::evaluate() {
  kernels::linear(sizes_, x_.value, weight_.value, bias_.value, workspace_, result_.value);
}

void LinearOperation::save(SavedTensors& saved) const {
  if (weight_.requires_grad) saved.keep(0, x_);
  if (x_.requires_grad) saved.keep(1, weight_, /*is_transposed=*/true);
}

void LinearOperation::differentiate() {
  const auto grad = result_.grad();
  if (bias_.requires_grad) {
    const auto [into, out] = bias_.arrive();
    kernels::column_sums(into, grad, out);
  }
  if (x_.requires_grad) {
    const auto [into, out] = x_.arrive();
    kernels::linear_input_gradient(sizes_, into, grad, weight_.value, workspace_, out);
  }
  if (weight_.requires_grad) {
    const auto [into, out] = weight_.arrive();
    kernels::linear_weight_gradient(sizes_, into, grad, x_.value, workspace_, out);
  }
}

}  // namespace steplab
