// SPDX-License-Identifier: MIT
#pragma once

#include "autograd/operation.hpp"

namespace steplab {

/// The sum of all elements.
class Sum final : public Operation {
 public:
  Sum(Variable& operand, Variable& result) : Operation(result, {&operand}), operand_(operand) {}

  std::string_view name() const override { return "torch.sum"; }

 private:
  void evaluate() override;
  void save(SavedTensors&) const override {}
  void differentiate() override;

  Variable& operand_;
};

/// The sum of all elements divided by their number.
class Mean final : public Operation {
 public:
  Mean(Variable& operand, Variable& result)
      : Operation(result, {&operand}),
        operand_(operand),
        count_(static_cast<float>(operand.size())) {}

  std::string_view name() const override { return "torch.mean"; }

 private:
  void evaluate() override;
  void save(SavedTensors&) const override {}
  void differentiate() override;

  Variable& operand_;
  float count_;
};

}  // namespace steplab
