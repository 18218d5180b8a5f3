// SPDX-License-Identifier: MIT
#include "steplab/kernels/update.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "support/sequences.hpp"

// The kernels against the formulas of PyTorch's documentation, an element and an operation at a
// time. What a NaN's sign is, nobody
// promises.
namespace steplab {
namespace {

using kernels::AdamCoefficients;
using kernels::GradientTerms;
using kernels::MomentumCoefficients;
using kernels::SgdCoefficients;

constexpr float kSpecial[] = {0.0F,  -0.0F,  INFINITY, -INFINITY, NAN,     1e-45F, -1e-45F,
                              1e38F, -3e38F, 1e-38F,   1.0F,      -1e-20F, 7e-20F};

// A tensor of numbers in which a special one is met now and then; `turn` varies which meet.
std::vector<float> numbers(std::size_t size, std::size_t turn, double low = -2.0) {
  std::vector<float> values = uniform_values(size, low, 2.0, static_cast<std::uint32_t>(turn + 1));
  for (std::size_t i = turn % 3; i < size; i += 3) {
    const float special = kSpecial[(i / 3 * turn + turn) % std::size(kSpecial)];
    if (!(low >= 0.0 && special < 0.0F)) values[i] = special;
  }
  return values;
}

void expect_same_bits(const std::vector<float>& actual, const std::vector<float>& expected,
                      const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    EXPECT_EQ(bits_of(actual[i]), bits_of(expected[i]))
        << what << " " << i << " of " << actual.size() << ": " << actual[i] << ", not "
        << expected[i];
  }
}

float penalized(const GradientTerms& terms, float grad, float value) {
  const float ascent = terms.sign < 0.0F ? -grad : grad;
  return terms.decays ? ascent + value * terms.weight_decay : ascent;
}

const std::vector<GradientTerms> kGradientTerms = {
    {1.0F, false, 0.0F}, {-1.0F, false, 0.0F}, {1.0F, true, 0.01F},
    {-1.0F, true, 0.3F}, {1.0F, true, 0.0F},  // a decay too small for a float still makes NaN of
                                              // infinity
};

constexpr std::size_t kSizes = 68;

TEST(SgdUpdate, RoundsAsItsFormulaDoes) {
  for (const GradientTerms& terms : kGradientTerms) {
    for (std::size_t size = 0; size < kSizes; ++size) {
      const std::vector<float> grad = numbers(size, 1);
      std::vector<float> value = numbers(size, 2);
      std::vector<float> expected = value;
      for (std::size_t i = 0; i < size; ++i) {
        expected[i] = value[i] + penalized(terms, grad[i], value[i]) * -0.03F;
      }
      kernels::sgd_update({terms, -0.03F}, grad, value);
      expect_same_bits(value, expected, "value");
    }
  }
}

void check_momentum(const MomentumCoefficients& with, std::size_t size) {
  const std::vector<float> grad = numbers(size, 1);
  std::vector<float> value = numbers(size, 2);
  std::vector<float> buffer = numbers(size, 5);
  std::vector<float> expected_value = value;
  std::vector<float> expected_buffer = buffer;
  for (std::size_t i = 0; i < size; ++i) {
    const float g = penalized(with.gradient, grad[i], value[i]);
    const float velocity = with.starts ? g : buffer[i] * with.momentum + g * with.undamped;
    const float direction = with.nesterov ? g + velocity * with.momentum : velocity;
    expected_buffer[i] = velocity;
    expected_value[i] = value[i] + direction * with.rate;
  }
  kernels::momentum_update(with, grad, value, buffer);
  expect_same_bits(buffer, expected_buffer, "buffer");
  expect_same_bits(value, expected_value, "value");
}

TEST(MomentumUpdate, RoundsAsItsFormulaDoes) {
  for (const GradientTerms& terms : kGradientTerms) {
    for (const bool starts : {false, true}) {
      for (const bool nesterov : {false, true}) {
        for (std::size_t size = 0; size < kSizes; ++size) {
          check_momentum({terms, -0.03F, 0.9F, nesterov ? 1.0F : 0.7F, starts, nesterov}, size);
        }
      }
    }
  }
}

// torch.lerp's two branches, as they are written there.
float lerp(float a, float b, float weight) {
  return std::fabs(weight) < 0.5F ? a + weight * (b - a) : b - (b - a) * (1.0F - weight);
}

void check_adam(const AdamCoefficients& with, bool amsgrad, std::size_t size) {
  const std::vector<float> grad = numbers(size, 1);
  std::vector<float> value = numbers(size, 2);
  std::vector<float> mean = numbers(size, 4);
  std::vector<float> square = numbers(size, 5, 0.0);
  std::vector<float> maximum = numbers(size, 7, 0.0);
  std::vector<float> expected_value = value;
  std::vector<float> expected_mean = mean;
  std::vector<float> expected_square = square;
  std::vector<float> expected_maximum = maximum;
  for (std::size_t i = 0; i < size; ++i) {
    const float g = penalized(with.gradient, grad[i], value[i]);
    const float start = with.shrinks ? value[i] * with.keep : value[i];
    expected_mean[i] = lerp(mean[i], g, with.first_weight);
    expected_square[i] = square[i] * with.second_decay + (with.second_weight * g) * g;
    float under_root = expected_square[i];
    if (amsgrad) {
      if (!(under_root < maximum[i])) expected_maximum[i] = under_root;
      under_root = expected_maximum[i];
    }
    const float denominator = std::sqrt(under_root) / with.root_correction + with.eps;
    expected_value[i] = start + (with.step_size * expected_mean[i]) / denominator;
  }
  kernels::adam_update(with, grad, value, mean, square,
                       amsgrad ? std::span<float>(maximum) : std::span<float>());
  expect_same_bits(mean, expected_mean, "exp_avg");
  expect_same_bits(square, expected_square, "exp_avg_sq");
  expect_same_bits(maximum, expected_maximum, "max_exp_avg_sq");
  expect_same_bits(value, expected_value, "value");
}

TEST(AdamUpdate, RoundsAsItsFormulaDoes) {
  for (const GradientTerms& terms : kGradientTerms) {
    for (const float first_weight : {0.1F, 0.5F, 0.75F, 1.0F, 0.0F}) {
      for (const bool shrinks : {false, true}) {
        const AdamCoefficients with = {terms,  shrinks, 0.9999F, first_weight, 0.999F,
                                       0.001F, 0.0447F, 1e-8F,   -0.002F};
        for (std::size_t size = 0; size < kSizes; ++size) {
          check_adam(with, false, size);
          check_adam(with, true, size);
        }
      }
    }
  }
}

}  // namespace
}  // namespace steplab
