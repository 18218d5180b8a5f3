// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/error.hpp"

namespace steplab {

/// What Python raises when `loss.backward()` comes before the first `loss = …`.
inline Error loss_is_not_defined() {
  return {ErrorCode::kLoop, "", "name 'loss' is not defined", -1};
}

}  // namespace steplab
