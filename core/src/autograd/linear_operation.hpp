// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "autograd/operation.hpp"
#include "steplab/kernels/matrix.hpp"

namespace steplab {

/// x·weightᵀ + bias
class LinearOperation final : public Operation {
 public:
  LinearOperation(Variable& x, Variable& weight, Variable& bias, Variable& result);

  std::string_view name() const override { return "torch.nn.Linear"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;

  Variable& x_;
  Variable& weight_;
  Variable& bias_;
  kernels::LinearSizes sizes_;
  std::vector<float> workspace_;
};

}  // namespace steplab
