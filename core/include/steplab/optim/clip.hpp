// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "steplab/base/parameter.hpp"

namespace steplab {

/// `torch.nn.utils.clip_grad_norm_` with norm_type 2: multiplies every gradient by
/// min(1, max_norm / (total + 1e-6)), always. Parameters without a gradient are ignored.
/// Returns the total norm before clipping: the norm of the per-tensor norms, in float32.
float clip_grad_norm(std::span<Parameter* const> parameters, double max_norm);

/// `torch.nn.utils.clip_grad_value_`: clamps each element to [−clip_value, clip_value].
void clip_grad_value(std::span<Parameter* const> parameters, double clip_value);

}  // namespace steplab
