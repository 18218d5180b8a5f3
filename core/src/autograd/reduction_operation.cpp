// SPDX-License-Identifier: MIT
#include "autograd/reduction_operation.hpp"

#include "steplab/kernels/derivatives.hpp"
#include "steplab/kernels/reduce.hpp"

namespace steplab {

void Sum::evaluate() { result_.value[0] = kernels::sum(operand_.value); }

void Sum::differentiate() {
  if (!operand_.requires_grad) return;
  const auto [into, out] = operand_.arrive();
  kernels::accumulate(into, result_.grad(), out);
}

void Mean::evaluate() { result_.value[0] = kernels::sum(operand_.value) / count_; }

void Mean::differentiate() {
  if (!operand_.requires_grad) return;
  const float share = result_.grad()[0] / count_;
  const auto [into, out] = operand_.arrive();
  kernels::accumulate(into, {&share, 1}, out);
}

}  // namespace steplab
