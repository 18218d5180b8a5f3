// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "autograd/operation.hpp"

namespace steplab {

/// The softmax of every row.
class Softmax final : public Operation {
 public:
  Softmax(Variable& operand, Variable& result)
      : Operation(result, {&operand}),
        operand_(operand),
        classes_(operand.shape.back()),
        scratch_(operand.size()) {}

  std::string_view name() const override { return "torch.softmax"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override { saved.keep(0, result_); }
  void differentiate() override;

  Variable& operand_;
  std::size_t classes_;
  std::vector<float> scratch_;
};

}  // namespace steplab
