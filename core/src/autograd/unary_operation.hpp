// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "autograd/operation.hpp"

namespace steplab {

/// What tells one function of a single operand from another.
struct UnaryRule {
  enum class Saves : std::uint8_t { kNothing, kOperand, kResult };

  void (*evaluate)(std::span<const float> x, std::span<float> out);
  void (*differentiate)(kernels::Into into, std::span<const float> grad,
                        std::span<const float> saved, std::span<float> out);
  Saves saves;
  std::string_view name;
};

extern const UnaryRule kNegate;
extern const UnaryRule kExp;
extern const UnaryRule kLog;
extern const UnaryRule kSin;
extern const UnaryRule kCos;
extern const UnaryRule kTan;
extern const UnaryRule kTanh;
extern const UnaryRule kSqrt;
extern const UnaryRule kAbs;
extern const UnaryRule kRelu;
extern const UnaryRule kSigmoid;

/// An elementwise function of one operand.
class UnaryOperation final : public Operation {
 public:
  UnaryOperation(const UnaryRule& rule, Variable& operand, Variable& result)
      : Operation(result, {&operand}), rule_(rule), operand_(operand) {}

  std::string_view name() const override { return rule_.name; }

 private:
  void evaluate() override { rule_.evaluate(operand_.value, result_.value); }

  void save(SavedTensors& saved) const override {
    if (rule_.saves == UnaryRule::Saves::kOperand) saved.keep(0, operand_);
    if (rule_.saves == UnaryRule::Saves::kResult) saved.keep(0, result_);
  }

  void differentiate() override {
    if (!operand_.requires_grad) return;
    const bool reads_operand = rule_.saves == UnaryRule::Saves::kOperand;
    const auto [into, out] = operand_.arrive();
    rule_.differentiate(into, result_.grad(), reads_operand ? operand_.value : result_.value, out);
  }

  const UnaryRule& rule_;
  Variable& operand_;
};

}  // namespace steplab
