// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "steplab/base/random.hpp"

namespace steplab {

/// `size` numbers from U(low, high), the same in every build.
inline std::vector<float> uniform_values(std::size_t size, double low, double high,
                                         std::uint64_t seed = 1) {
  std::vector<float> values(size);
  Generator(seed).fill_uniform(values, low, high);
  return values;
}

/// The bits of a float, with one pattern for all NaNs (their sign and payload are not promised).
inline std::uint32_t bits_of(float value) {
  if (value != value) return 0x7FC00000U;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/// The float with the given bits.
inline float float_of(std::uint32_t bits) {
  float value = 0.0F;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

}  // namespace steplab
