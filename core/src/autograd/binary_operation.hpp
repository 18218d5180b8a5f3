// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "autograd/operation.hpp"
#include "steplab/kernels/derivatives.hpp"
#include "steplab/kernels/reduce.hpp"

namespace steplab {

/// An elementwise function of two operands, of which a scalar one stands for all elements.
class BinaryOperation : public Operation {
 protected:
  BinaryOperation(Variable& a, Variable& b, Variable& result)
      : Operation(result, {&a, &b}), a_(a), b_(b) {
    const bool broadcasts = a.size() != result.size() || b.size() != result.size();
    if (broadcasts && result.depends_on_parameter) broadcast_grad_.resize(result.size());
  }

  /// Lets write(into, out) contribute to the operand; a scalar that stood for all elements gets the
  /// sum of what they would have got.
  template <class Write>
  void contribute(Variable& operand, Write write) {
    if (!operand.requires_grad) return;
    if (operand.size() == result_.size()) {
      const auto [into, out] = operand.arrive();
      write(into, out);
      return;
    }
    write(kernels::Into::kReplace, std::span<float>(broadcast_grad_));
    const float total = kernels::sum(broadcast_grad_);
    const auto [into, out] = operand.arrive();
    kernels::accumulate(into, {&total, 1}, out);
  }

  Variable& a_;
  Variable& b_;

 private:
  std::vector<float> broadcast_grad_;
};

/// a + b
class Addition final : public BinaryOperation {
 public:
  Addition(Variable& a, Variable& b, Variable& result) : BinaryOperation(a, b, result) {}

  std::string_view name() const override { return "+"; }

 private:
  void evaluate() override;
  void save(SavedTensors&) const override {}
  void differentiate() override;
};

/// a - b
class Subtraction final : public BinaryOperation {
 public:
  Subtraction(Variable& a, Variable& b, Variable& result) : BinaryOperation(a, b, result) {}

  std::string_view name() const override { return "-"; }

 private:
  void evaluate() override;
  void save(SavedTensors&) const override {}
  void differentiate() override;
};

/// a · b
class Multiplication final : public BinaryOperation {
 public:
  Multiplication(Variable& a, Variable& b, Variable& result) : BinaryOperation(a, b, result) {}

  std::string_view name() const override { return "*"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;
};

/// a / b
class Division final : public BinaryOperation {
 public:
  Division(Variable& a, Variable& b, Variable& result) : BinaryOperation(a, b, result) {}

  std::string_view name() const override { return "/"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;
};

/// number / b, which PyTorch computes as b.reciprocal() * number
class NumberDivision final : public BinaryOperation {
 public:
  NumberDivision(Variable& number, Variable& b, Variable& result)
      : BinaryOperation(number, b, result), reciprocal_(b.size()) {}

  std::string_view name() const override { return "/"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;
  void archive_state(Archive& archive) override { archive.values(std::span<float>(reciprocal_)); }

  std::vector<float> reciprocal_;
};

/// a to the power b
class Power final : public BinaryOperation {
 public:
  Power(Variable& a, Variable& b, Variable& result) : BinaryOperation(a, b, result) {}

  std::string_view name() const override { return "**"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;
};

}  // namespace steplab
