// SPDX-License-Identifier: MIT
#include "problem/batch_sampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace steplab {
namespace {

std::vector<std::uint32_t> batch(BatchSampler& sampler, std::size_t iteration) {
  const auto indices = sampler.batch(iteration);
  return {indices.begin(), indices.end()};
}

TEST(BatchSampler, VisitsEverySampleOnceAnEpoch) {
  BatchSampler sampler(12, 4, 7);
  for (std::size_t epoch = 0; epoch < 5; ++epoch) {
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < 3; ++i) {
      for (const std::uint32_t index : batch(sampler, 3 * epoch + i)) {
        EXPECT_LT(index, 12U);
        seen.insert(index);
      }
    }
    EXPECT_EQ(seen.size(), 12U);
  }
}

TEST(BatchSampler, DropsTheIncompleteBatch) {
  BatchSampler sampler(11, 4, 7);
  std::set<std::uint32_t> seen;
  for (std::size_t i = 0; i < 2; ++i) {
    for (const std::uint32_t index : batch(sampler, i)) seen.insert(index);
  }
  EXPECT_EQ(seen.size(), 8U);
  EXPECT_EQ(batch(sampler, 2).size(), 4U);
}

TEST(BatchSampler, GivesAnyIterationAtAnyTime) {
  BatchSampler in_order(50, 8, 3);
  std::vector<std::vector<std::uint32_t>> batches;
  for (std::size_t i = 0; i < 60; ++i) batches.push_back(batch(in_order, i));
  BatchSampler out_of_order(50, 8, 3);
  for (const std::size_t i : {59U, 0U, 17U, 18U, 5U, 59U, 1U}) {
    EXPECT_EQ(batch(out_of_order, i), batches[i]) << i;
  }
}

TEST(BatchSampler, DiffersBetweenEpochsAndSeeds) {
  BatchSampler sampler(64, 64, 0);
  BatchSampler next_seed(64, 64, 1);
  std::set<std::vector<std::uint32_t>> distinct;
  for (std::size_t epoch = 0; epoch < 100; ++epoch) {
    distinct.insert(batch(sampler, epoch));
    distinct.insert(batch(next_seed, epoch));
  }
  // no permutation comes twice: seed 1 does not continue where seed 0 is one epoch on
  EXPECT_EQ(distinct.size(), 200U);
}

}  // namespace
}  // namespace steplab
