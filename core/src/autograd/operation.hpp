// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "autograd/saved_tensors.hpp"
#include "autograd/variable.hpp"
#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// One recorded operation: computes its result and contributes to its operands' gradients. The
/// variables outlive it.
class Operation {
 public:
  virtual ~Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  void forward() {
    evaluate();
    result_.requires_grad = std::any_of(operands_.begin(), operands_.end(),
                                        [](const Variable* v) { return v->requires_grad; });
    saved_.clear();
    if (result_.requires_grad) save(saved_);
  }

  /// Passes the result's gradient on if one has arrived, and takes it away.
  Status backward(bool retain_graph) {
    if (!result_.has_grad) return {};
    result_.has_grad = false;
    if (!saved_.is_intact()) return saved_.error();
    differentiate();
    if (!retain_graph) saved_.release();
    return {};
  }

  /// Drops a gradient that has arrived but will not be passed on.
  void discard_gradient() { result_.has_grad = false; }

  /// PyTorch's name for it ("torch.log"), for people.
  virtual std::string_view name() const = 0;
  /// Whether its result, or the gradient that it passed on, has elements that are not finite.
  bool result_is_finite() const { return is_finite(result_.value); }
  bool gradients_are_finite() const {
    return std::all_of(operands_.begin(), operands_.end(), [](const Variable* operand) {
      const bool has_own = operand->requires_grad && !operand->is_written_through();
      const bool has_parameters = operand->requires_grad && operand->is_written_through();
      return (!has_own || is_finite(operand->grad())) &&
             (!has_parameters || is_finite(operand->parameter->grad().span()));
    });
  }

  void archive(Archive& archive) {
    saved_.archive(archive);
    archive_state(archive);
  }

 protected:
  Operation(Variable& result, std::vector<Variable*> operands)
      : result_(result), operands_(std::move(operands)) {}

  /// Computes the result's value.
  virtual void evaluate() = 0;
  /// Names what differentiate() reads, in the order in which PyTorch unpacks it.
  virtual void save(SavedTensors& saved) const = 0;
  /// Contributes to every operand that requires a gradient.
  virtual void differentiate() = 0;
  /// What evaluate() leaves for differentiate() beside the result.
  virtual void archive_state(Archive&) {}

  Variable& result_;

 private:
  static bool is_finite(std::span<const float> values) {
    return std::all_of(values.begin(), values.end(),
                       [](float value) { return std::isfinite(value); });
  }

  std::vector<Variable*> operands_;
  SavedTensors saved_;
};

}  // namespace steplab
