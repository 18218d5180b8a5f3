// SPDX-License-Identifier: MIT
#include "problem/batch_sampler.hpp"

#include "steplab/base/random.hpp"

namespace steplab {
namespace {

/// Scatters (seed, epoch) over the generator's 32 bits of seed, so that the batches share no draws
/// with the weights (which use the seed itself) nor with those of the next seed. The finaliser of
/// SplitMix64 (Steele, Lea and Flood, 2014).
std::uint32_t epoch_seed(std::uint64_t seed, std::uint64_t epoch) {
  std::uint64_t z = seed + (epoch + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return static_cast<std::uint32_t>((z ^ (z >> 31U)) >> 32U);
}

}  // namespace

BatchSampler::BatchSampler(std::size_t samples, std::size_t batch_size, std::uint64_t seed)
    : order_(samples),
      batch_size_(batch_size),
      batches_per_epoch_(samples / batch_size),
      seed_(seed) {}

std::span<const std::uint32_t> BatchSampler::batch(std::size_t iteration) {
  const std::size_t epoch = iteration / batches_per_epoch_;
  if (epoch_ != epoch) {
    Generator(epoch_seed(seed_, epoch)).fill_permutation(order_);
    epoch_ = epoch;
  }
  const std::size_t first = iteration % batches_per_epoch_ * batch_size_;
  return std::span<const std::uint32_t>(order_).subspan(first, batch_size_);
}

}  // namespace steplab
