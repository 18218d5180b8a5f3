// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

// The products of a linear layer. Row-major: x [batch, in], weight [out, in], bias [out], y and its
// gradient [batch, out]. Every element of a result is a sum over k = 0, 1, 2 … in that order,
// product and sum rounded apart, so that its bits depend neither on tiling nor on the other sizes.

struct LinearSizes {
  std::size_t batch = 0;
  std::size_t in = 0;
  std::size_t out = 0;
};

/// Floats that each of the products below needs as `workspace`.
std::size_t linear_workspace(const LinearSizes& sizes);

/// y = x · weightᵀ + bias, the bias added last
void linear(const LinearSizes& sizes, std::span<const float> x, std::span<const float> weight,
            std::span<const float> bias, std::span<float> workspace, std::span<float> y);

/// x_grad (+)= y_grad · weight
void linear_input_gradient(const LinearSizes& sizes, Into into, std::span<const float> y_grad,
                           std::span<const float> weight, std::span<float> workspace,
                           std::span<float> x_grad);

/// weight_grad (+)= y_gradᵀ · x
void linear_weight_gradient(const LinearSizes& sizes, Into into, std::span<const float> y_grad,
                            std::span<const float> x, std::span<float> workspace,
                            std::span<float> weight_grad);

}  // namespace steplab::kernels
