// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/error.hpp"

namespace steplab {

/// What Python raises when `loss.backward()` comes before the first `loss = …`.
inline Error loss_is_not_defined() {
  return {ErrorCode::kLoop, "", "name 'loss' is not defined", -1};
}

/// What PyTorch raises when a loss that has no graph is asked for gradients.
inline Error does_not_require_grad() {
  return {ErrorCode::kAutograd, "",
          "element 0 of tensors does not require grad and does not have a grad_fn", -1};
}

}  // namespace steplab
