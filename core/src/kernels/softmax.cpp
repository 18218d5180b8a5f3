// SPDX-License-Identifier: MIT
#include "steplab/kernels/softmax.hpp"

#include <limits>

#include "kernels/transcendental.hpp"
#include "steplab/kernels/derivatives.hpp"
#include "steplab/kernels/elementwise.hpp"

namespace steplab::kernels {
namespace {

// The largest element; NaN when there is one.
float maximum(std::span<const float> x) {
  float largest = x[0];
  for (const float value : x) {
    if (!(value <= largest)) largest = value;
    if (value != value) return value;
  }
  return largest;
}

float total(std::span<const float> x) {
  float sum = 0.0F;
  for (const float value : x) sum += value;
  return sum;
}

bool is_class(float label, std::size_t classes) {
  return label >= 0.0F && label < static_cast<float>(classes) &&
         static_cast<float>(static_cast<std::size_t>(label)) == label;
}

}  // namespace

void log_softmax(std::size_t classes, std::span<const float> logits, std::span<float> scratch,
                 std::span<float> out) {
  const std::size_t size = logits.size();
  for (std::size_t begin = 0; begin < size; begin += classes) {
    const auto row = logits.subspan(begin, classes);
    const float largest = maximum(row);
    subtract(row, {&largest, 1}, out.subspan(begin, classes));
  }
  exp(out, scratch);
  for (std::size_t begin = 0; begin < size; begin += classes) {
    const auto row = out.subspan(begin, classes);
    const float sum = total(scratch.subspan(begin, classes));
    const float logarithm = hn::GetLane(log_of(One(), hn::Set(One(), sum)));
    subtract(row, {&logarithm, 1}, row);
  }
}

void softmax(std::size_t classes, std::span<const float> x, std::span<float> scratch,
             std::span<float> out) {
  for (std::size_t begin = 0; begin < x.size(); begin += classes) {
    const auto row = x.subspan(begin, classes);
    const float largest = maximum(row);
    subtract(row, {&largest, 1}, scratch.subspan(begin, classes));
  }
  exp(scratch, out);
  for (std::size_t begin = 0; begin < x.size(); begin += classes) {
    const auto row = out.subspan(begin, classes);
    const float sum = total(row);
    for (float& value : row) value /= sum;
  }
}

void softmax_gradient(Into into, std::size_t classes, std::span<const float> grad,
                      std::span<const float> softmax, std::span<float> scratch,
                      std::span<float> out) {
  multiply(grad, softmax, scratch);
  for (std::size_t begin = 0; begin < grad.size(); begin += classes) {
    const float sum = total(scratch.subspan(begin, classes));
    for (std::size_t i = begin; i < begin + classes; ++i) {
      scratch[i] = (grad[i] - sum) * softmax[i];
    }
  }
  accumulate(into, scratch, out);
}

float mean_negative_log_likelihood(std::size_t classes, std::span<const float> log_probabilities,
                                   std::span<const float> labels) {
  float sum = 0.0F;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!is_class(labels[row], classes)) return std::numeric_limits<float>::quiet_NaN();
    sum -= log_probabilities[row * classes + static_cast<std::size_t>(labels[row])];
  }
  return sum / static_cast<float>(labels.size());
}

void cross_entropy_gradient(Into into, std::size_t classes, float grad,
                            std::span<const float> log_probabilities, std::span<const float> labels,
                            std::span<float> scratch, std::span<float> out) {
  const float row_grad = -grad / static_cast<float>(labels.size());
  exp(log_probabilities, scratch);
  // log_softmax's backward: its gradient less softmax times the gradient's sum over the row.
  multiply(scratch, {&row_grad, 1}, scratch);
  negate(scratch, scratch);
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (!is_class(labels[row], classes)) continue;
    scratch[row * classes + static_cast<std::size_t>(labels[row])] += row_grad;
  }
  accumulate(into, scratch, out);
}

}  // namespace steplab::kernels
