// SPDX-License-Identifier: MIT
#include "problem/batch_sampler.hpp"

#include "base/scattered_seed.hpp"
#include "steplab/base/random.hpp"

namespace steplab {
BatchSampler::BatchSampler(std::size_t samples, std::size_t batch_size, std::uint64_t seed)
    : order_(samples),
      batch_size_(batch_size),
      batches_per_epoch_(samples / batch_size),
      seed_(seed) {}

std::span<const std::uint32_t> BatchSampler::batch(std::size_t iteration) {
  const std::size_t epoch = iteration / batches_per_epoch_;
  if (epoch_ != epoch) {
    Generator(scattered_seed(seed_, epoch)).fill_permutation(order_);
    epoch_ = epoch;
  }
  const std::size_t first = iteration % batches_per_epoch_ * batch_size_;
  return std::span<const std::uint32_t>(order_).subspan(first, batch_size_);
}

}  // namespace steplab
