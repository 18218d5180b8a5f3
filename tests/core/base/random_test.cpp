// SPDX-License-Identifier: MIT
#include "steplab/base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace steplab {
namespace {

TEST(Generator, IsTheReferenceMersenneTwister) {
  // The 10,000th output of MT19937 seeded with 5489, as the C++ standard states it.
  Generator generator(5489);
  for (int i = 1; i < 10000; ++i) generator.next();
  EXPECT_EQ(generator.next(), 4123659995U);
}

TEST(Generator, DrawsWhatTorchDraws) {
  // torch.manual_seed(7); torch.rand(2)
  Generator uniform(7);
  EXPECT_EQ(uniform.uniform(), 0.53492254F);
  EXPECT_EQ(uniform.uniform(), 0.198803186F);
  // torch.manual_seed(7); torch.randn(1, dtype=torch.float64)
  EXPECT_EQ(Generator(7).normal(), -0.1467950974849952);
  // torch.manual_seed(3); torch.randperm(10)
  std::vector<std::uint32_t> permutation(10);
  Generator(3).fill_permutation(permutation);
  EXPECT_EQ(permutation, (std::vector<std::uint32_t>{6, 0, 3, 7, 8, 5, 1, 9, 2, 4}));
}

TEST(Generator, FillsWithinItsBounds) {
  std::array<float, 1000> values{};
  Generator(1).fill_uniform(values, -0.25, 0.5);
  for (const float value : values) {
    EXPECT_GE(value, -0.25F);
    EXPECT_LT(value, 0.5F);
  }
}

}  // namespace
}  // namespace steplab
