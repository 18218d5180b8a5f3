// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "steplab/base/error.hpp"
#include "steplab/base/parameter.hpp"

namespace steplab {

/// How clip_grad_norm measures, beside the limit.
struct ClipNormOptions {
  double norm_type = 2.0;           ///< the order of the norm: positive, or infinite
  bool error_if_nonfinite = false;  ///< raise instead of scaling by a norm that is not finite
};

/// `torch.nn.utils.clip_grad_norm_`: multiplies every gradient by
/// min(1, max_norm / (total + 1e-6)), always. Parameters without a gradient are ignored.
/// Returns the total norm before clipping: the norm of the per-tensor norms, in float32. The error
/// is PyTorch's RuntimeError, and the gradients are then as they were. As in PyTorch a row-sparse
/// gradient cannot be clipped.
Result<float> clip_grad_norm(std::span<Parameter* const> parameters, double max_norm,
                             const ClipNormOptions& options = {});

/// `torch.nn.utils.clip_grad_value_`: clamps each element to [−clip_value, clip_value]. Without any
/// gradient PyTorch 2.13.0 raises, and so does this.
Status clip_grad_value(std::span<Parameter* const> parameters, double clip_value);

}  // namespace steplab
