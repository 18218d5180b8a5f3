// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace steplab {

/// The bytes of core/data/digits.bin, or none while they are not there yet. Whoever links the
/// library says where they come from by defining this function: the target steplab_digits embeds
/// the file; the wasm module, which shall stay small, receives them from the page.
std::span<const std::uint8_t> digits_bytes();

}  // namespace steplab
