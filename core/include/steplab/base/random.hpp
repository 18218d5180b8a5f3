// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace steplab {

/// Seeded random numbers, the same on every platform: MT19937 with PyTorch's CPU conventions, so
/// that `Generator(s)` draws what `torch.manual_seed(s)` draws. Owned by the caller; no global
/// state. Source: ATen/core/MT19937RNGEngine.h and DistributionsHelper.h; Matsumoto and Nishimura,
/// 1998.
class Generator {
 public:
  explicit Generator(std::uint64_t seed);

  /// The next 32 random bits.
  std::uint32_t next();

  /// A float32 in [0, 1) with 24 random bits: one element of `torch.rand`.
  float uniform();

  /// Fills with U(low, high) in order: `Tensor.uniform_` with ATEN_CPU_CAPABILITY=default.
  void fill_uniform(std::span<float> values, double low, double high);

  /// An integer in [0, bound): one element of `torch.randint(0, bound)`; bound > 0.
  std::uint32_t below(std::uint32_t bound);

  /// A random permutation of 0 … n-1: `torch.randperm(n)`.
  void fill_permutation(std::span<std::uint32_t> indices);

  /// A standard normal number in double: one element of `torch.randn` for fewer than 16 elements,
  /// up to the last bit of log and cos (ours are deterministic, libm's are not).
  double normal();

 private:
  void refill();

  static constexpr std::size_t kStateSize = 624;
  std::array<std::uint32_t, kStateSize> state_{};
  std::size_t index_ = kStateSize;
  double cached_normal_ = 0.0;
  bool has_cached_normal_ = false;
};

}  // namespace steplab
