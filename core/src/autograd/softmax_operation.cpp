// SPDX-License-Identifier: MIT
#include "autograd/softmax_operation.hpp"

#include "steplab/kernels/softmax.hpp"

namespace steplab {

void Softmax::evaluate() { kernels::softmax(classes_, operand_.value, scratch_, result_.value); }

void Softmax::differentiate() {
  if (!operand_.requires_grad) return;
  const auto [into, out] = operand_.arrive();
  kernels::softmax_gradient(into, classes_, result_.grad(), result_.value, scratch_, out);
}

}  // namespace steplab
