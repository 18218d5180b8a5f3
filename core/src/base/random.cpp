// SPDX-License-Identifier: MIT
#include "steplab/base/random.hpp"

#include <cmath>
#include <utility>

#include "steplab/base/exact_math.hpp"

namespace steplab {

Generator::Generator(std::uint64_t seed) {
  // PyTorch keeps the low 32 bits of the seed.
  state_[0] = static_cast<std::uint32_t>(seed & 0xFFFFFFFFU);
  for (std::size_t i = 1; i < kStateSize; ++i) {
    const std::uint32_t previous = state_[i - 1];
    state_[i] = 1812433253U * (previous ^ (previous >> 30U)) + static_cast<std::uint32_t>(i);
  }
}

void Generator::refill() {
  constexpr std::size_t kMiddle = 397;
  for (std::size_t i = 0; i < kStateSize; ++i) {
    const std::uint32_t mixed =
        (state_[i] & 0x80000000U) | (state_[(i + 1) % kStateSize] & 0x7FFFFFFFU);
    const std::uint32_t twist = (mixed & 1U) != 0U ? 0x9908B0DFU : 0U;
    state_[i] = state_[(i + kMiddle) % kStateSize] ^ (mixed >> 1U) ^ twist;
  }
  index_ = 0;
}

std::uint32_t Generator::next() {
  if (index_ == kStateSize) refill();
  std::uint32_t bits = state_[index_++];
  bits ^= bits >> 11U;
  bits ^= (bits << 7U) & 0x9D2C5680U;
  bits ^= (bits << 15U) & 0xEFC60000U;
  return bits ^ (bits >> 18U);
}

float Generator::uniform() { return static_cast<float>(next() & 0xFFFFFFU) * 0x1p-24F; }

void Generator::fill_uniform(std::span<float> values, double low, double high) {
  const float from = static_cast<float>(low);
  const float range = static_cast<float>(high) - from;
  for (float& value : values) value = uniform() * range + from;
}

std::uint32_t Generator::below(std::uint32_t bound) { return next() % bound; }

void Generator::fill_permutation(std::span<std::uint32_t> indices) {
  const std::size_t n = indices.size();
  for (std::size_t i = 0; i < n; ++i) indices[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    std::swap(indices[i], indices[i + below(static_cast<std::uint32_t>(n - i))]);
  }
}

double Generator::normal() {
  if (has_cached_normal_) {
    has_cached_normal_ = false;
    return cached_normal_;
  }
  const auto uniform53 = [this] {
    const std::uint64_t high = next();
    const std::uint64_t low = next();
    return static_cast<double>(((high << 32U) | low) & ((1ULL << 53U) - 1)) * 0x1p-53;
  };
  const double angle = 2.0 * kPi * uniform53();
  const double radius = std::sqrt(-2.0 * exact_log(1.0 - uniform53()));
  cached_normal_ = radius * exact_sin(angle);
  has_cached_normal_ = true;
  return radius * exact_cos(angle);
}

}  // namespace steplab
