// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace steplab::kernels {

/// What a kernel does with what its destination holds. A gradient's first contribution replaces
/// (so that -0 stays -0), later ones are added: old + new, rounded once.
enum class Into : std::uint8_t { kReplace, kAdd };

}  // namespace steplab::kernels
