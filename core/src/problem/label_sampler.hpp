// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "problem/classifier_pass.hpp"
#include "problem/softmax_rows.hpp"

namespace steplab {

/// Draws labels from what a classifier predicts, which is what the Gauss-Newton-Bartlett estimate
/// of Sophia-G (Liu et al., 2023) differentiates the loss of.
class LabelSampler {
 public:
  LabelSampler(std::size_t samples, std::size_t classes, std::uint64_t seed)
      : classes_(classes),
        seed_(seed),
        probabilities_(samples * classes),
        softmax_(samples, classes) {}

  /// Replaces the targets of a pass whose forward has run. The draw depends on the seed and the
  /// iteration alone.
  void draw(ClassifierPass& pass, std::size_t iteration);

 private:
  std::size_t classes_;
  std::uint64_t seed_;
  std::vector<float> probabilities_;
  SoftmaxRows softmax_;
};

}  // namespace steplab
