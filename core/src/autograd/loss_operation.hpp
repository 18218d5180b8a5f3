// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "autograd/operation.hpp"

namespace steplab {

/// mean((prediction − target)²)
class MseLoss final : public Operation {
 public:
  MseLoss(Variable& prediction, Variable& target, Variable& result)
      : Operation(result, {&prediction, &target}), prediction_(prediction), target_(target) {}

  std::string_view name() const override { return "torch.nn.MSELoss"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;

  Variable& prediction_;
  Variable& target_;
};

/// The mean negative log-likelihood of the softmax of logits.
class CrossEntropy final : public Operation {
 public:
  CrossEntropy(Variable& logits, Variable& labels, Variable& result);

  std::string_view name() const override { return "torch.nn.CrossEntropyLoss"; }

 private:
  void evaluate() override;
  void save(SavedTensors& saved) const override;
  void differentiate() override;
  void archive_state(Archive& archive) override;

  Variable& logits_;
  Variable& labels_;
  std::size_t classes_;
  std::vector<float> log_probabilities_;
  std::vector<float> scratch_;
};

}  // namespace steplab
