// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "steplab/kernels/elementwise.hpp"
#include "steplab/kernels/power.hpp"
#include "support/sequences.hpp"

// One experiment, one result: the native and the wasm build of this test must meet the same
// constants. They stand for no truth (elementwise_test holds the accuracy), only for "the same
// bits".

namespace steplab {
namespace {

// FNV-1a over the bits of the values.
std::uint64_t fnv_hash(const std::vector<float>& values) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const float value : values) {
    const std::uint32_t bits = bits_of(value);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((bits >> shift) & 0xFFU)) * 0x100000001b3U;
    }
  }
  return hash;
}

// 100,000 numbers of moderate size and 50,000 floats of any bits: infinities, NaNs, denormals.
std::vector<float> inputs() {
  std::vector<float> values = uniform_values(100000, -100, 100, 11);
  Generator generator(12);
  for (int i = 0; i < 50000; ++i) values.push_back(float_of(generator.next()));
  return values;
}

struct GoldenCase {
  std::string name;
  void (*kernel)(std::span<const float>, std::span<float>);
  std::uint64_t hash;
};

class Golden : public testing::TestWithParam<GoldenCase> {};

TEST_P(Golden, BitsAreTheSameOnEveryPlatform) {
  const std::vector<float> x = inputs();
  std::vector<float> out(x.size());
  GetParam().kernel(x, out);
  EXPECT_EQ(fnv_hash(out), GetParam().hash) << std::hex << fnv_hash(out);
}

INSTANTIATE_TEST_SUITE_P(All, Golden,
                         testing::Values(GoldenCase{"exp", kernels::exp, 0x9d4eb25772c71ae6},
                                         GoldenCase{"log", kernels::log, 0x53215f2ebf8042d6},
                                         GoldenCase{"sin", kernels::sin, 0x6a2d198b7f5b91e3},
                                         GoldenCase{"cos", kernels::cos, 0x84dd96ff80d56ed2},
                                         GoldenCase{"tan", kernels::tan, 0x6023a348b6262cab},
                                         GoldenCase{"tanh", kernels::tanh, 0x90eda0836fbd98be},
                                         GoldenCase{"sigmoid", kernels::sigmoid,
                                                    0xd2d61c9d8357b2e3}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Golden, Powers) {
  const std::vector<float> base = inputs();
  std::vector<float> exponent = uniform_values(base.size(), -5, 5, 13);
  for (std::size_t i = 0; i < exponent.size(); i += 3) {
    exponent[i] = static_cast<float>(static_cast<int>(exponent[i]));
  }
  std::vector<float> out(base.size());
  kernels::power(base, exponent, out);
  EXPECT_EQ(fnv_hash(out), 0xb435c670b01b1ac4) << std::hex << fnv_hash(out);
}

}  // namespace
}  // namespace steplab
