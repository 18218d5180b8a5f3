// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

/// log softmax of every row: x - max - log Σ exp(x - max), classes summed in order.
/// `scratch` has the size of logits.
void log_softmax(std::size_t classes, std::span<const float> logits, std::span<float> scratch,
                 std::span<float> out);

/// softmax of every row: exp(x - max) / Σ exp(x - max), classes summed in order.
/// `scratch` has the size of x.
void softmax(std::size_t classes, std::span<const float> x, std::span<float> scratch,
             std::span<float> out);

/// Its gradient: (grad - Σ grad · softmax) · softmax, classes summed in order. `scratch` has the
/// size of the result.
void softmax_gradient(Into into, std::size_t classes, std::span<const float> grad,
                      std::span<const float> softmax, std::span<float> scratch,
                      std::span<float> out);

/// -(1/rows) · Σ log_probabilities[row, labels[row]], rows summed in order. Labels are class
/// indices as floats; one that is no index in [0, classes) makes the result NaN.
float mean_negative_log_likelihood(std::size_t classes, std::span<const float> log_probabilities,
                                   std::span<const float> labels);

/// The gradient of the two above in the logits: (softmax - onehot) · grad / rows.
/// `scratch` has the size of the logits.
void cross_entropy_gradient(Into into, std::size_t classes, float grad,
                            std::span<const float> log_probabilities, std::span<const float> labels,
                            std::span<float> scratch, std::span<float> out);

}  // namespace steplab::kernels
