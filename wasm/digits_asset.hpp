// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace steplab {

/// Where the module keeps the bytes of digits.bin once the page has provided them; what
/// digits_bytes() reads.
std::vector<std::uint8_t>& digits_asset();

}  // namespace steplab
