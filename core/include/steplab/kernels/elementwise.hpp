// SPDX-License-Identifier: MIT
#pragma once

#include <span>

namespace steplab::kernels {

// Element i of the result depends on element i of the operands alone: neither its position nor the
// length changes its bits. The result may be the same memory as an operand, but may not overlap it
// otherwise. Correctly rounded but for the transcendental functions, whose bits are Highway's, the
// same on every platform.

/// out[i] = f(x[i]); x and out have one length.
void negate(std::span<const float> x, std::span<float> out);
void abs(std::span<const float> x, std::span<float> out);
/// Zero for x < 0; -0 and NaN stay what they are.
void relu(std::span<const float> x, std::span<float> out);
/// NaN for x < 0.
void sqrt(std::span<const float> x, std::span<float> out);

/// Within 1 ULP; +inf beyond 88.73, 0 below -104.
void exp(std::span<const float> x, std::span<float> out);
/// Within 1 ULP; -inf at 0, NaN below.
void log(std::span<const float> x, std::span<float> out);
/// Within 3 ULP for |x| ≤ 1e6; beyond, the period is the double nearest to 2π. NaN at ±inf.
void sin(std::span<const float> x, std::span<float> out);
void cos(std::span<const float> x, std::span<float> out);
/// sin x / cos x.
void tan(std::span<const float> x, std::span<float> out);
/// Within 4 ULP; ±1 at ±inf.
void tanh(std::span<const float> x, std::span<float> out);
/// 1 / (1 + exp(-x)), PyTorch's formula.
void sigmoid(std::span<const float> x, std::span<float> out);

/// out[i] = a[i] ∘ b[i]; an operand with a single element stands for out.size() equal ones.
void add(std::span<const float> a, std::span<const float> b, std::span<float> out);
void subtract(std::span<const float> a, std::span<const float> b, std::span<float> out);
void multiply(std::span<const float> a, std::span<const float> b, std::span<float> out);
void divide(std::span<const float> a, std::span<const float> b, std::span<float> out);

}  // namespace steplab::kernels
