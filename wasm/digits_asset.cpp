// SPDX-License-Identifier: MIT
#include "digits_asset.hpp"

#include "steplab/problem/digits_bytes.hpp"

namespace steplab {

std::vector<std::uint8_t>& digits_asset() {
  static std::vector<std::uint8_t> bytes;
  return bytes;
}

std::span<const std::uint8_t> digits_bytes() { return digits_asset(); }

}  // namespace steplab
