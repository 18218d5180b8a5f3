// SPDX-License-Identifier: MIT
#include "problem/classifier_pass.hpp"

#include <algorithm>

namespace steplab {

std::size_t output_count(Loss loss, std::size_t classes) {
  return loss == Loss::kMse && classes == 2 ? 1 : classes;
}

ClassifierPass::ClassifierPass(Mlp& model, Loss loss, std::size_t samples, std::size_t features,
                               std::size_t classes)
    : loss_kind_(loss),
      samples_(samples),
      outputs_(output_count(loss, classes)),
      x_(graph_.input({samples, features})),
      output_(model.record(graph_, x_)) {
  if (loss != Loss::kMse) {
    target_ = graph_.input({samples});
    const bool is_twice = loss == Loss::kCrossEntropyOfSoftmax;
    loss_ = graph_.cross_entropy(is_twice ? graph_.softmax(output_) : output_, target_);
  } else {
    target_ = graph_.input({samples, outputs_});
    loss_ = graph_.mse_loss(output_, target_);
  }
}

void ClassifierPass::set_target(std::size_t sample, std::uint32_t label) {
  const std::span<float> target = graph_.value(target_);
  if (loss_kind_ != Loss::kMse) {
    target[sample] = static_cast<float>(label);
  } else if (outputs_ == 1) {
    target[sample] = label == 1 ? 1.0F : -1.0F;
  } else {
    const std::span<float> row = target.subspan(sample * outputs_, outputs_);
    std::fill(row.begin(), row.end(), 0.0F);
    row[label] = 1.0F;
  }
}

std::span<const float> ClassifierPass::output(std::size_t sample) const {
  return graph_.value(output_).subspan(sample * outputs_, outputs_);
}

std::uint32_t ClassifierPass::predicted_class(std::size_t sample) const {
  const std::span<const float> outputs = output(sample);
  if (outputs.size() == 1) return outputs[0] > 0.0F ? 1 : 0;
  return static_cast<std::uint32_t>(std::max_element(outputs.begin(), outputs.end()) -
                                    outputs.begin());
}

}  // namespace steplab
