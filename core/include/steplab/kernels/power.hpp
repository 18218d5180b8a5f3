// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

// Powers with the special cases of C's pow (0^0 = 1, negative bases with integer exponents, …).
// Exponents ½, 1, 2, 3 are PyTorch's shortcuts √x, x, x·x, x·x·x, the last rounded twice; the rest
// is computed in double and rounded once: integers by repeated multiplication, others by exp and
// log.

/// base to the exponent
float power(float base, float exponent);

/// out[i] = base[i] ^ exponent[i]; an operand with a single element stands for all.
void power(std::span<const float> base, std::span<const float> exponent, std::span<float> out);

/// grad · (exponent · base^(exponent - 1)), 0 where the exponent is 0
void power_base_gradient(Into into, std::span<const float> grad, std::span<const float> base,
                         std::span<const float> exponent, std::span<float> out);

/// grad · (result · log base), 0 where the base is 0 and the exponent ≥ 0
void power_exponent_gradient(Into into, std::span<const float> grad, std::span<const float> base,
                             std::span<const float> exponent, std::span<const float> result,
                             std::span<float> out);

}  // namespace steplab::kernels
