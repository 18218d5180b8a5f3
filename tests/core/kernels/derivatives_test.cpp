// SPDX-License-Identifier: MIT
#include "steplab/kernels/derivatives.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "steplab/kernels/elementwise.hpp"
#include "support/sequences.hpp"

namespace steplab {
namespace {

using kernels::Into;

float one_of(void (*kernel)(std::span<const float>, std::span<float>), float x) {
  float out = 0.0F;
  kernel({&x, 1}, {&out, 1});
  return out;
}

using Contribution = std::function<void(Into, std::span<const float>, std::span<const float>,
                                        std::span<const float>, std::span<float>)>;

// Every derivative with PyTorch's rounding, in plain floats. `grad`, then up to two saved values.
struct Rule {
  std::string name;
  Contribution kernel;
  std::function<float(float, float, float)> exact;
};

class Derivative : public testing::TestWithParam<Rule> {};

TEST_P(Derivative, HasPyTorchsRoundingAtEveryLength) {
  const Rule& rule = GetParam();
  for (std::size_t size = 1; size <= 17; ++size) {
    for (const bool repeats_grad : {false, true}) {
      const std::vector<float> grad = uniform_values(repeats_grad ? 1 : size, -2, 2, 1);
      const std::vector<float> first = uniform_values(size, -1.5, 1.5, 2);
      const std::vector<float> second = uniform_values(size, 0.5, 1.5, 3);
      std::vector<float> out(size, -7.0F);
      rule.kernel(Into::kReplace, grad, first, second, out);
      std::vector<float> added(size, 3.0F);
      rule.kernel(Into::kAdd, grad, first, second, added);
      for (std::size_t i = 0; i < size; ++i) {
        const float exact = rule.exact(grad[repeats_grad ? 0 : i], first[i], second[i]);
        EXPECT_EQ(out[i], exact) << rule.name << " at " << i << " of " << size;
        EXPECT_EQ(added[i], 3.0F + exact) << rule.name << " at " << i << " of " << size;
      }
    }
  }
}

// A derivative that reads one saved value.
template <class Kernel>
Contribution with_saved(Kernel kernel) {
  return [kernel](Into into, auto grad, auto saved, auto, auto out) {
    kernel(into, grad, saved, out);
  };
}

// A derivative that reads none.
template <class Kernel>
Contribution with_nothing(Kernel kernel) {
  return [kernel](Into into, auto grad, auto, auto, auto out) { kernel(into, grad, out); };
}

INSTANTIATE_TEST_SUITE_P(
    All, Derivative,
    testing::Values(Rule{"copy", with_nothing(kernels::accumulate),
                         [](float g, float, float) { return g; }},
                    Rule{"negated", with_nothing(kernels::accumulate_negated),
                         [](float g, float, float) { return -g; }},
                    Rule{"product", with_saved(kernels::accumulate_product),
                         [](float g, float x, float) { return g * x; }},
                    Rule{"quotient", with_saved(kernels::accumulate_quotient),
                         [](float g, float x, float) { return g / x; }},
                    Rule{"sin", with_saved(kernels::sin_gradient),
                         [](float g, float x, float) { return g * one_of(kernels::cos, x); }},
                    Rule{"cos", with_saved(kernels::cos_gradient),
                         [](float g, float x, float) { return g * -one_of(kernels::sin, x); }},
                    Rule{"tan", with_saved(kernels::tan_gradient),
                         [](float g, float r, float) { return g * (1.0F + r * r); }},
                    Rule{"tanh", with_saved(kernels::tanh_gradient),
                         [](float g, float r, float) { return g * (1.0F - r * r); }},
                    Rule{"sqrt", with_saved(kernels::sqrt_gradient),
                         [](float g, float r, float) { return g / (2.0F * r); }},
                    Rule{"abs", with_saved(kernels::abs_gradient),
                         [](float g, float x, float) { return x < 0.0F ? -g : g; }},
                    Rule{"relu", with_saved(kernels::relu_gradient),
                         [](float g, float r, float) { return r <= 0.0F ? 0.0F : g; }},
                    Rule{"sigmoid", with_saved(kernels::sigmoid_gradient),
                         [](float g, float r, float) { return g * (1.0F - r) * r; }},
                    Rule{"divisor", kernels::divisor_gradient,
                         [](float g, float a, float b) { return -g * ((a / b) / b); }},
                    Rule{"reciprocal", kernels::reciprocal_gradient,
                         [](float g, float a, float r) { return -(g * a) * (r * r); }},
                    Rule{"difference",
                         [](Into into, auto grad, auto a, auto b, auto out) {
                           kernels::difference_gradient(into, grad, 0.4F, a, b, out);
                         },
                         [](float g, float a, float b) { return 0.4F * (a - b) * g; }}),
    [](const auto& tested) { return tested.param.name; });

TEST(DerivativeSpecialValue, KinksAndNan) {
  const std::vector<float> x = {0.0F, -0.0F, NAN, 2.0F, -2.0F};
  const std::vector<float> grad(x.size(), 1.0F);
  std::vector<float> out(x.size());
  kernels::abs_gradient(Into::kReplace, grad, x, out);
  EXPECT_EQ(out, (std::vector<float>{0.0F, 0.0F, 0.0F, 1.0F, -1.0F}));
  kernels::relu_gradient(Into::kReplace, grad, x, out);
  EXPECT_EQ(out, (std::vector<float>{0.0F, 0.0F, 1.0F, 1.0F, 0.0F}));
}

TEST(DerivativeSpecialValue, ReplacingKeepsNegativeZero) {
  const float grad = -0.0F;
  float out = 5.0F;
  kernels::accumulate(Into::kReplace, {&grad, 1}, {&out, 1});
  EXPECT_TRUE(std::signbit(out));
}

}  // namespace
}  // namespace steplab
