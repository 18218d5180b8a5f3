// SPDX-License-Identifier: MIT
#include "autograd/loss_operation.hpp"

#include "steplab/kernels/derivatives.hpp"
#include "steplab/kernels/reduce.hpp"
#include "steplab/kernels/softmax.hpp"

namespace steplab {

void MseLoss::evaluate() {
  const float total = kernels::sum_of_squared_differences(prediction_.value, target_.value);
  result_.value[0] = total / static_cast<float>(prediction_.size());
}

void MseLoss::save(SavedTensors& saved) const {
  saved.keep(0, prediction_);
  saved.keep(1, target_);
}

void MseLoss::differentiate() {
  const auto scale = static_cast<float>(2.0 / static_cast<double>(prediction_.size()));
  if (prediction_.requires_grad) {
    const auto [into, out] = prediction_.arrive();
    kernels::difference_gradient(into, result_.grad(), scale, prediction_.value, target_.value,
                                 out);
  }
  if (target_.requires_grad) {
    const auto [into, out] = target_.arrive();
    kernels::difference_gradient(into, result_.grad(), scale, target_.value, prediction_.value,
                                 out);
  }
}

CrossEntropy::CrossEntropy(Variable& logits, Variable& labels, Variable& result)
    : Operation(result, {&logits}),
      logits_(logits),
      labels_(labels),
      classes_(logits.shape.back()),
      log_probabilities_(logits.size()),
      scratch_(logits.size()) {}

void CrossEntropy::evaluate() {
  kernels::log_softmax(classes_, logits_.value, scratch_, log_probabilities_);
  result_.value[0] =
      kernels::mean_negative_log_likelihood(classes_, log_probabilities_, labels_.value);
}

// The log-probabilities are the operation's own, so that of the saved ones only labels can be
// stale.
void CrossEntropy::save(SavedTensors& saved) const { saved.keep(0, labels_); }

void CrossEntropy::differentiate() {
  if (!logits_.requires_grad) return;
  const auto [into, out] = logits_.arrive();
  kernels::cross_entropy_gradient(into, classes_, result_.grad()[0], log_probabilities_,
                                  labels_.value, scratch_, out);
}

void CrossEntropy::archive_state(Archive& archive) {
  archive.values(std::span<float>(log_probabilities_));
}

}  // namespace steplab
