// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

// What an elementwise operation's backward contributes to its operand's gradient, with the rounding
// of PyTorch's formulas (tools/autograd/derivatives.yaml). `grad` is the gradient of the
// operation's result; it and the saved values have out.size() elements or a single one that stands
// for all.

/// grad
void accumulate(Into into, std::span<const float> grad, std::span<float> out);
/// -grad
void accumulate_negated(Into into, std::span<const float> grad, std::span<float> out);
/// grad · other
void accumulate_product(Into into, std::span<const float> grad, std::span<const float> other,
                        std::span<float> out);
/// grad / other
void accumulate_quotient(Into into, std::span<const float> grad, std::span<const float> other,
                         std::span<float> out);

/// -grad · ((a / b) / b), for b of a / b
void divisor_gradient(Into into, std::span<const float> grad, std::span<const float> a,
                      std::span<const float> b, std::span<float> out);
/// -(grad · a) · (r · r) with r = 1 / b, for b of r · a
void reciprocal_gradient(Into into, std::span<const float> grad, std::span<const float> a,
                         std::span<const float> reciprocal, std::span<float> out);
/// grad · cos x
void sin_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out);
/// grad · -sin x
void cos_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out);
/// grad · (1 + result²)
void tan_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                  std::span<float> out);
/// grad · (1 - result²)
void tanh_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out);
/// grad / (2 · result)
void sqrt_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out);
/// grad · sign x, with sign 0 at 0 and at NaN
void abs_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out);
/// 0 where result ≤ 0, else grad
void relu_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out);
/// grad · (1 - result) · result
void sigmoid_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                      std::span<float> out);
/// scale · (a - b) · grad, for the squared error
void difference_gradient(Into into, std::span<const float> grad, float scale,
                         std::span<const float> a, std::span<const float> b, std::span<float> out);

}  // namespace steplab::kernels
