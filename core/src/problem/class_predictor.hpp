// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "problem/classifier_pass.hpp"
#include "problem/softmax_rows.hpp"

namespace steplab {

/// Class scores of arbitrary points, chunk by chunk.
class ClassPredictor {
 public:
  ClassPredictor(Mlp& model, Loss loss, std::size_t features, std::size_t classes);

  /// `points` [points, features] to `scores` [points, classes], as Problem::predict says. Allocates
  /// nothing.
  void run(std::span<const float> points, std::span<float> scores);

 private:
  void write_scores(std::span<float> scores);

  Loss loss_;
  std::size_t features_;
  std::size_t classes_;
  ClassifierPass pass_;
  SoftmaxRows softmax_;
};

}  // namespace steplab
