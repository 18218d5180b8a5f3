// SPDX-License-Identifier: MIT
#include "steplab/optim/clip.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "steplab/base/exact_math.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

// The 2-norm with the sums in PyTorch's order: eight partial sums, added up from the first to the
// last, then the elements that fill no eight.
class EuclideanNorm {
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

  void add(std::span<const float> elements) {
    for (; elements.size() >= kLanes; elements = elements.subspan(kLanes)) {
      add_lanes(elements.data());
    }
    for (const float element : elements) add(element);
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

// The largest absolute value; NaN where there is one.
class LargestNorm {
 public:
  void add(float element) {
    const float size = std::fabs(element);
    if (!(size <= largest_) && !std::isnan(largest_)) largest_ = size;
  }
  void add(std::span<const float> elements) {
    for (const float element : elements) add(element);
  }
  float value() const { return largest_; }

 private:
  float largest_ = 0.0F;
};

// Any other order, summed from the first element to the last.
class PowerNorm {
 public:
  explicit PowerNorm(double order) : order_(static_cast<float>(order)) {}

  void add(float element) {
    const float size = std::fabs(element);
    sum_ += order_ == 1.0F ? size : power(size, order_);
  }
  void add(std::span<const float> elements) {
    for (const float element : elements) add(element);
  }
  float value() const { return order_ == 1.0F ? sum_ : power(sum_, 1.0F / order_); }

 private:
  static float power(float base, float exponent) {
    if (!std::isfinite(base)) return base;
    return static_cast<float>(exact_pow(base, exponent));
  }

  float order_;
  float sum_ = 0.0F;
};

// The norm of the norms of the gradients. PyTorch takes the absolute value of what is alone,
// whatever the order.
template <class Norm>
float total_norm(std::span<Parameter* const> parameters, const Norm& empty) {
  Norm total = empty;
  float last = 0.0F;
  std::size_t count = 0;
  for (const Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    const std::span<const float> gradient = parameter->grad().span();
    Norm norm = empty;
    norm.add(gradient);
    last = gradient.size() == 1 ? std::fabs(gradient.front()) : norm.value();
    total.add(last);
    ++count;
  }
  return count == 1 ? last : total.value();
}

float total_norm(std::span<Parameter* const> parameters, double order) {
  if (order == 2.0) return total_norm(parameters, EuclideanNorm());
  if (std::isinf(order)) return total_norm(parameters, LargestNorm());
  return total_norm(parameters, PowerNorm(order));
}

// The first sentence of what PyTorch raises; the others list its backends.
Error not_for_sparse(std::string_view operation) {
  return {ErrorCode::kInvalidArgument, "",
          "NotImplementedError: Could not run 'aten::" + std::string(operation) +
              "' with arguments from the 'SparseCPU' backend."};
}

}  // namespace

Result<float> clip_grad_norm(std::span<Parameter* const> parameters, double max_norm,
                             const ClipNormOptions& options) {
  for (const Parameter* parameter : parameters) {
    if (parameter->has_sparse_grad()) return not_for_sparse("linalg_vector_norm");
  }
  const float total = total_norm(parameters, options.norm_type);
  if (options.error_if_nonfinite && !std::isfinite(total)) {
    return Error{
        ErrorCode::kInvalidArgument, "",
        "The total norm of order " + python_number_text(options.norm_type) +
            " for gradients from `parameters` is non-finite, so it cannot be clipped. To "
            "disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"};
  }

  // PyTorch divides a number by a tensor as reciprocal times number: two roundings.
  const float ratio = (1.0F / (total + 1e-6F)) * static_cast<float>(max_norm);
  const float factor = ratio > 1.0F ? 1.0F : ratio;
  for (Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    for (float& element : parameter->materialize_grad().span()) element *= factor;
  }
  return total;
}

Status clip_grad_value(std::span<Parameter* const> parameters, double clip_value) {
  const auto has_grad = [](const Parameter* parameter) { return parameter->has_grad(); };
  if (std::none_of(parameters.begin(), parameters.end(), has_grad)) {
    return Error{ErrorCode::kInvalidArgument, "",
                 "Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could this "
                 "error message be improved?  If so, please report an enhancement request to "
                 "PyTorch.)"};
  }

  const auto high = static_cast<float>(clip_value);
  const float low = -high;
  // All lower bounds first, up to the gradient that has none, and written so that NaN stays NaN.
  for (Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    if (parameter->has_sparse_grad()) return not_for_sparse("clamp_min_");
    for (float& element : parameter->materialize_grad().span()) {
      element = element < low ? low : element;
    }
  }
  for (Parameter* parameter : parameters) {
    if (!parameter->has_grad()) continue;
    for (float& element : parameter->materialize_grad().span()) {
      element = element > high ? high : element;
    }
  }
  return {};
}

}  // namespace steplab
