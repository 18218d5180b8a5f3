// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

/// The numbers of LBFGS's line search: there, a step length is a Python float until an
/// interpolation makes it a 0-dim float32 tensor, and what is computed from it follows.
namespace steplab {

/// A Python float, or a 0-dim float32 tensor. A float that meets a tensor is rounded to float32
/// (PyTorch's type promotion); among themselves floats stay doubles.
class WeakNumber {
 public:
  /// A Python float.
  constexpr WeakNumber(double value = 0.0) : value_(value) {}
  /// A tensor.
  static constexpr WeakNumber tensor(float value) {
    WeakNumber number(static_cast<double>(value));
    number.is_tensor_ = true;
    return number;
  }

  double value() const { return value_; }
  float rounded() const { return static_cast<float>(value_); }
  bool is_tensor() const { return is_tensor_; }

  friend WeakNumber operator+(const WeakNumber& a, const WeakNumber& b) {
    return both(a, b) ? tensor(a.rounded() + b.rounded()) : WeakNumber(a.value_ + b.value_);
  }
  friend WeakNumber operator-(const WeakNumber& a, const WeakNumber& b) {
    return both(a, b) ? tensor(a.rounded() - b.rounded()) : WeakNumber(a.value_ - b.value_);
  }
  friend WeakNumber operator*(const WeakNumber& a, const WeakNumber& b) {
    return both(a, b) ? tensor(a.rounded() * b.rounded()) : WeakNumber(a.value_ * b.value_);
  }
  /// A float is divided by a tensor by way of its reciprocal. Dividing floats by zero is up to the
  /// caller: Python raises.
  friend WeakNumber operator/(const WeakNumber& a, const WeakNumber& b) {
    if (!both(a, b)) return WeakNumber(a.value_ / b.value_);
    if (a.is_tensor_) return tensor(a.rounded() / b.rounded());
    return tensor((1.0F / b.rounded()) * a.rounded());
  }
  friend bool operator<(const WeakNumber& a, const WeakNumber& b) {
    return both(a, b) ? a.rounded() < b.rounded() : a.value_ < b.value_;
  }
  friend bool operator<=(const WeakNumber& a, const WeakNumber& b) {
    return both(a, b) ? a.rounded() <= b.rounded() : a.value_ <= b.value_;
  }
  friend bool operator>(const WeakNumber& a, const WeakNumber& b) { return b < a; }
  friend bool operator>=(const WeakNumber& a, const WeakNumber& b) { return b <= a; }

  friend WeakNumber abs(WeakNumber number) {
    number.value_ = std::fabs(number.value_);
    return number;
  }
  /// Python's, which keep the first where the second is not beyond it.
  friend WeakNumber max(const WeakNumber& a, const WeakNumber& b) { return b > a ? b : a; }
  friend WeakNumber min(const WeakNumber& a, const WeakNumber& b) { return b < a ? b : a; }

 private:
  // Whether the two meet as tensors.
  static bool both(const WeakNumber& a, const WeakNumber& b) {
    return a.is_tensor_ || b.is_tensor_;
  }

  double value_;
  bool is_tensor_ = false;
};

}  // namespace steplab
