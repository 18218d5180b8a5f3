// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace steplab {

/// The built-in handwritten digits; core/data/README.md tells where they come from.
struct Digits {
  static constexpr std::size_t kCount = 1797;
  static constexpr std::size_t kPixels = 64;  ///< 8x8, row by row
  static constexpr std::size_t kClasses = 10;
  static constexpr std::uint8_t kFullInk = 16;

  std::vector<std::uint8_t> pixels;  ///< [kCount, kPixels], each 0 … kFullInk
  std::vector<std::uint8_t> labels;  ///< [kCount]
};

/// The digits from digits_bytes(); nullopt when those are not there.
std::optional<Digits> read_digits();

}  // namespace steplab
