// SPDX-License-Identifier: MIT
#include "steplab/kernels/matrix.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "support/sequences.hpp"

namespace steplab {
namespace {

using kernels::Into;
using kernels::LinearSizes;

// A plain double loop has no rounding of its own: the float loop in promised order must be met
// bit for bit, and the double one nearly.
struct Sum {
  float in_order = 0.0F;
  double exact = 0.0;
  double magnitude = 0.0;

  void add_product(float a, float b) {
    in_order += a * b;
    exact += static_cast<double>(a) * b;
    magnitude += std::fabs(static_cast<double>(a) * b);
  }
};

class LinearProducts : public testing::TestWithParam<LinearSizes> {
 protected:
  LinearSizes sizes = GetParam();
  std::vector<float> x = uniform_values(sizes.batch * sizes.in, -1, 1, 1);
  std::vector<float> weight = uniform_values(sizes.out * sizes.in, -1, 1, 2);
  std::vector<float> bias = uniform_values(sizes.out, -1, 1, 3);
  std::vector<float> y_grad = uniform_values(sizes.batch * sizes.out, -1, 1, 4);
  std::vector<float> workspace = std::vector<float>(kernels::linear_workspace(sizes), 1e30F);

  static void expect_is(const Sum& sum, float result) {
    EXPECT_EQ(result, sum.in_order);
    EXPECT_NEAR(result, sum.exact, 1e-5 * (1.0 + sum.magnitude));
  }
};

TEST_P(LinearProducts, Forward) {
  std::vector<float> y(sizes.batch * sizes.out + 1, 42.0F);
  kernels::linear(sizes, x, weight, bias, workspace, std::span<float>(y).first(y.size() - 1));
  for (std::size_t row = 0; row < sizes.batch; ++row) {
    for (std::size_t o = 0; o < sizes.out; ++o) {
      Sum sum;
      for (std::size_t k = 0; k < sizes.in; ++k) {
        sum.add_product(x[row * sizes.in + k], weight[o * sizes.in + k]);
      }
      sum.in_order += bias[o];
      sum.exact += bias[o];
      expect_is(sum, y[row * sizes.out + o]);
    }
  }
  EXPECT_EQ(y.back(), 42.0F);
}

TEST_P(LinearProducts, InputGradient) {
  std::vector<float> x_grad(x.size() + 1, 42.0F);
  std::vector<float> added(x.size(), 0.5F);
  kernels::linear_input_gradient(sizes, Into::kReplace, y_grad, weight, workspace,
                                 std::span<float>(x_grad).first(x.size()));
  kernels::linear_input_gradient(sizes, Into::kAdd, y_grad, weight, workspace, added);
  for (std::size_t row = 0; row < sizes.batch; ++row) {
    for (std::size_t k = 0; k < sizes.in; ++k) {
      Sum sum;
      for (std::size_t o = 0; o < sizes.out; ++o) {
        sum.add_product(y_grad[row * sizes.out + o], weight[o * sizes.in + k]);
      }
      expect_is(sum, x_grad[row * sizes.in + k]);
      EXPECT_EQ(added[row * sizes.in + k], 0.5F + sum.in_order);
    }
  }
  EXPECT_EQ(x_grad.back(), 42.0F);
}

TEST_P(LinearProducts, WeightGradient) {
  std::vector<float> weight_grad(weight.size() + 1, 42.0F);
  std::vector<float> added(weight.size(), 0.5F);
  kernels::linear_weight_gradient(sizes, Into::kReplace, y_grad, x, workspace,
                                  std::span<float>(weight_grad).first(weight.size()));
  kernels::linear_weight_gradient(sizes, Into::kAdd, y_grad, x, workspace, added);
  for (std::size_t o = 0; o < sizes.out; ++o) {
    for (std::size_t k = 0; k < sizes.in; ++k) {
      Sum sum;
      for (std::size_t row = 0; row < sizes.batch; ++row) {
        sum.add_product(y_grad[row * sizes.out + o], x[row * sizes.in + k]);
      }
      expect_is(sum, weight_grad[o * sizes.in + k]);
      EXPECT_EQ(added[o * sizes.in + k], 0.5F + sum.in_order);
    }
  }
  EXPECT_EQ(weight_grad.back(), 42.0F);
}

INSTANTIATE_TEST_SUITE_P(
    OddShapes, LinearProducts,
    testing::Values(LinearSizes{1, 1, 1}, LinearSizes{1, 5, 3}, LinearSizes{2, 1, 4},
                    LinearSizes{3, 2, 5}, LinearSizes{4, 3, 7}, LinearSizes{5, 8, 8},
                    LinearSizes{6, 9, 12}, LinearSizes{7, 13, 9}, LinearSizes{11, 4, 17},
                    LinearSizes{12, 16, 16}, LinearSizes{13, 17, 1}, LinearSizes{32, 2, 8},
                    LinearSizes{32, 8, 1}, LinearSizes{64, 32, 10}, LinearSizes{1, 130, 33},
                    LinearSizes{65, 31, 20}, LinearSizes{512, 3, 2}, LinearSizes{9, 1024, 5},
                    LinearSizes{5, 6, 1024}),
    [](const auto& tested) {
      return std::to_string(tested.param.batch) + "x" + std::to_string(tested.param.in) + "x" +
             std::to_string(tested.param.out);
    });

TEST(LinearProducts, InfinityInOneRowStaysThere) {
  const LinearSizes sizes{2, 2, 3};
  const std::vector<float> x = {INFINITY, 1.0F, 1.0F, 1.0F};
  const std::vector<float> weight(6, 1.0F);
  const std::vector<float> bias(3, 0.0F);
  std::vector<float> workspace(kernels::linear_workspace(sizes));
  std::vector<float> y(6);
  kernels::linear(sizes, x, weight, bias, workspace, y);
  EXPECT_EQ(y, (std::vector<float>{INFINITY, INFINITY, INFINITY, 2.0F, 2.0F, 2.0F}));
}

}  // namespace
}  // namespace steplab
