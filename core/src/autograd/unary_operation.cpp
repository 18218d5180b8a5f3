// SPDX-License-Identifier: MIT
#include "autograd/unary_operation.hpp"

#include "steplab/kernels/derivatives.hpp"
#include "steplab/kernels/elementwise.hpp"

namespace steplab {
namespace {

using Saves = UnaryRule::Saves;

void negate_gradient(kernels::Into into, std::span<const float> grad, std::span<const float>,
                     std::span<float> out) {
  kernels::accumulate_negated(into, grad, out);
}

}  // namespace

// What is saved is what PyTorch's tools/autograd/derivatives.yaml names.
const UnaryRule kNegate{kernels::negate, negate_gradient, Saves::kNothing, "-"};
const UnaryRule kExp{kernels::exp, kernels::accumulate_product, Saves::kResult, "torch.exp"};
const UnaryRule kLog{kernels::log, kernels::accumulate_quotient, Saves::kOperand, "torch.log"};
const UnaryRule kSin{kernels::sin, kernels::sin_gradient, Saves::kOperand, "torch.sin"};
const UnaryRule kCos{kernels::cos, kernels::cos_gradient, Saves::kOperand, "torch.cos"};
const UnaryRule kTan{kernels::tan, kernels::tan_gradient, Saves::kResult, "torch.tan"};
const UnaryRule kTanh{kernels::tanh, kernels::tanh_gradient, Saves::kResult, "torch.tanh"};
const UnaryRule kSqrt{kernels::sqrt, kernels::sqrt_gradient, Saves::kResult, "torch.sqrt"};
const UnaryRule kAbs{kernels::abs, kernels::abs_gradient, Saves::kOperand, "torch.abs"};
const UnaryRule kRelu{kernels::relu, kernels::relu_gradient, Saves::kResult, "torch.relu"};
const UnaryRule kSigmoid{kernels::sigmoid, kernels::sigmoid_gradient, Saves::kResult,
                         "torch.sigmoid"};

}  // namespace steplab
