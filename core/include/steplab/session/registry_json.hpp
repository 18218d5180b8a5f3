// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace steplab {

/// Every optimizer, scheduler and named surface as JSON: what the page makes its controls from and
/// what `steplab optimizers` prints. `Registry` in web/src/engine/types.ts is its type.
std::string registry_json();

}  // namespace steplab
