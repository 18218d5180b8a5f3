// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace steplab {

/// Scatters (seed, index) over the generator's 32 bits of seed, so that the draws of one index
/// share nothing with the weights (which use the seed itself), with another index, nor with the
/// next seed. The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
inline std::uint32_t scattered_seed(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return static_cast<std::uint32_t>((z ^ (z >> 31U)) >> 32U);
}

}  // namespace steplab
