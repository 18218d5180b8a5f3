// SPDX-License-Identifier: MIT
#include "autograd/binary_operation.hpp"

#include "steplab/kernels/elementwise.hpp"
#include "steplab/kernels/power.hpp"

namespace steplab {

using kernels::Into;

void Addition::evaluate() { kernels::add(a_.value, b_.value, result_.value); }

void Addition::differentiate() {
  const auto grad = result_.grad();
  for (Variable* operand : {&a_, &b_}) {
    contribute(*operand,
               [&](Into into, std::span<float> out) { kernels::accumulate(into, grad, out); });
  }
}

void Subtraction::evaluate() { kernels::subtract(a_.value, b_.value, result_.value); }

void Subtraction::differentiate() {
  const auto grad = result_.grad();
  contribute(a_, [&](Into into, std::span<float> out) { kernels::accumulate(into, grad, out); });
  contribute(
      b_, [&](Into into, std::span<float> out) { kernels::accumulate_negated(into, grad, out); });
}

void Multiplication::evaluate() { kernels::multiply(a_.value, b_.value, result_.value); }

void Multiplication::save(SavedTensors& saved) const {
  if (a_.requires_grad) saved.keep(0, b_);
  if (b_.requires_grad) saved.keep(1, a_);
}

void Multiplication::differentiate() {
  const auto grad = result_.grad();
  contribute(a_, [&](Into into, std::span<float> out) {
    kernels::accumulate_product(into, grad, b_.value, out);
  });
  contribute(b_, [&](Into into, std::span<float> out) {
    kernels::accumulate_product(into, grad, a_.value, out);
  });
}

void Division::evaluate() { kernels::divide(a_.value, b_.value, result_.value); }

void Division::save(SavedTensors& saved) const {
  saved.keep(0, b_);
  if (b_.requires_grad) saved.keep(1, a_);
}

void Division::differentiate() {
  const auto grad = result_.grad();
  contribute(a_, [&](Into into, std::span<float> out) {
    kernels::accumulate_quotient(into, grad, b_.value, out);
  });
  contribute(b_, [&](Into into, std::span<float> out) {
    kernels::divisor_gradient(into, grad, a_.value, b_.value, out);
  });
}

void NumberDivision::evaluate() {
  constexpr float kOne = 1.0F;
  kernels::divide({&kOne, 1}, b_.value, reciprocal_);
  kernels::multiply(reciprocal_, a_.value, result_.value);
}

void NumberDivision::save(SavedTensors& saved) const { saved.keep(0, result_); }

void NumberDivision::differentiate() {
  contribute(b_, [&](Into into, std::span<float> out) {
    kernels::reciprocal_gradient(into, result_.grad(), a_.value, reciprocal_, out);
  });
}

void Power::evaluate() { kernels::power(a_.value, b_.value, result_.value); }

void Power::save(SavedTensors& saved) const {
  saved.keep(0, b_);
  saved.keep(1, a_);
}

void Power::differentiate() {
  const auto grad = result_.grad();
  contribute(a_, [&](Into into, std::span<float> out) {
    kernels::power_base_gradient(into, grad, a_.value, b_.value, out);
  });
  contribute(b_, [&](Into into, std::span<float> out) {
    kernels::power_exponent_gradient(into, grad, a_.value, b_.value, result_.value, out);
  });
}

}  // namespace steplab
