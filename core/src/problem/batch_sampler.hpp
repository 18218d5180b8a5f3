// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace steplab {

/// Says which samples make up the mini-batch of an iteration. Every epoch is a permutation drawn
/// from (seed, epoch) alone, so that any iteration can be asked for at any time; going through an
/// epoch in order draws it once.
class BatchSampler {
 public:
  /// 1 ≤ batch_size ≤ samples.
  BatchSampler(std::size_t samples, std::size_t batch_size, std::uint64_t seed);

  /// The indices of an iteration's samples; valid until the next call. Allocates nothing.
  std::span<const std::uint32_t> batch(std::size_t iteration);

 private:
  std::vector<std::uint32_t> order_;
  std::size_t batch_size_;
  std::size_t batches_per_epoch_;
  std::uint64_t seed_;
  std::optional<std::size_t> epoch_;  ///< whose permutation order_ holds
};

}  // namespace steplab
