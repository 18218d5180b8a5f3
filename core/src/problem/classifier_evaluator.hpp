// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "problem/classifier_pass.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// Loss and accuracy of a model over a fixed set of samples, chunk by chunk. The remainder has a
/// graph of its own, because a mean over padding would be another number.
class ClassifierEvaluator {
 public:
  struct Figures {
    double loss = 0.0;
    double accuracy = 0.0;
  };

  /// `x` [samples, features] and `labels` must outlive the evaluator.
  ClassifierEvaluator(Mlp& model, Loss loss, const Tensor& x,
                      const std::vector<std::uint32_t>& labels, std::size_t classes);

  /// The figures of the model's present parameters. Allocates nothing.
  Figures run();

 private:
  void add(ClassifierPass& pass, std::size_t first, Figures& sums);

  const Tensor& x_;
  const std::vector<std::uint32_t>& labels_;
  std::optional<ClassifierPass> whole_;
  std::optional<ClassifierPass> rest_;
};

}  // namespace steplab
