// SPDX-License-Identifier: MIT
#include "steplab/optim/clip.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace steplab {
namespace {

// The 2-norm with the sums in PyTorch's order: eight partial sums, added up from the first to the
// last, then the elements that fill no eight.
class Norm {
 public:
  void add(float element) {
    pending_[count_++] = element;
    if (count_ < kLanes) return;
    add_lanes(pending_.data());
    count_ = 0;
  }

  float value() const {
    float sum = sums_[0];
    for (std::size_t i = 1; i < kLanes; ++i) sum += sums_[i];
    for (std::size_t i = 0; i < count_; ++i) sum += pending_[i] * pending_[i];
    return std::sqrt(sum);
  }

  static float of(std::span<const float> elements) {
    Norm norm;
    for (; elements.size() >= kLanes; elements = elements.subspan(kLanes)) {
      norm.add_lanes(elements.data());
    }
    for (const float element : elements) norm.add(element);
    return norm.value();
  }

 private:
  static constexpr std::size_t kLanes = 8;

  void add_lanes(const float* elements) {
    for (std::size_t i = 0; i < kLanes; ++i) sums_[i] += elements[i] * elements[i];
  }

  std::array<float, kLanes> sums_{};
  std::array<float, kLanes> pending_{};
  std::size_t count_ = 0;
};

}  // namespace

float clip_grad_norm(std::span<Parameter* const> parameters, double max_norm) {
  Norm norms;
  for (const Parameter* parameter : parameters) {
    if (parameter->has_grad()) norms.add(Norm::of(parameter->grad().span()));
  }
  const float total = norms.value();

  // PyTorch divides a number by a tensor as reciprocal times number: two roundings.
  const float ratio = (1.0F / (total + 1e-6F)) * static_cast<float>(max_norm);
  const float factor = ratio > 1.0F ? 1.0F : ratio;
  for (Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    for (float& element : parameter->materialize_grad().span()) element *= factor;
  }
  return total;
}

void clip_grad_value(std::span<Parameter* const> parameters, double clip_value) {
  const auto high = static_cast<float>(clip_value);
  const float low = -high;
  for (Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    for (float& element : parameter->materialize_grad().span()) {
      // Written so that NaN stays NaN and the upper bound wins, as in PyTorch.
      const float raised = element < low ? low : element;
      element = raised > high ? high : raised;
    }
  }
}

}  // namespace steplab
