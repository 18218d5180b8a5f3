// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "problem/loop_error.hpp"
#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// What a loop does to the name `loss` between a forward and a backward: nothing but divisions by
/// whole numbers and detach(), whose derivatives need no graph.
class LossTape {
 public:
  /// `loss = …`
  void define() {
    is_defined_ = true;
    is_detached_ = false;
    count_ = 0;
  }
  bool is_defined() const { return is_defined_; }

  /// `loss = loss / divisor`
  Status divide(std::size_t divisor) {
    if (!is_defined_) return loss_is_not_defined();
    // By then the loss has underflowed to zero, and so has its derivative.
    if (divisor != 1 && count_ < divisors_.size()) {
      divisors_[count_++] = static_cast<float>(divisor);
    }
    return {};
  }

  /// `loss = loss.detach()`
  Status detach() {
    if (!is_defined_) return loss_is_not_defined();
    is_detached_ = true;
    return {};
  }

  /// What loss.item() gives where the forward gave `loss`.
  float value(float loss) const {
    for (std::size_t i = 0; i < count_; ++i) loss /= divisors_[i];
    return loss;
  }

  /// What raises backward() before it comes to the graph.
  Status check() const {
    if (!is_defined_) return loss_is_not_defined();
    if (is_detached_) return does_not_require_grad();
    return {};
  }

  /// The derivative of the present loss by the forward's, the last division first, as backward
  /// goes.
  float derivative() const {
    float seed = 1.0F;
    for (std::size_t i = count_; i-- > 0;) seed /= divisors_[i];
    return seed;
  }

  void archive(Archive& archive) {
    archive.value(is_defined_);
    archive.value(is_detached_);
    archive.value(count_);
    archive.value(divisors_);
  }

 private:
  bool is_defined_ = false;
  bool is_detached_ = false;
  std::size_t count_ = 0;
  // Divisors are two at least, and 2^-150 is zero.
  std::array<float, 150> divisors_{};
};

}  // namespace steplab
