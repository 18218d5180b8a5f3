// SPDX-License-Identifier: MIT
#include "problem/class_predictor.hpp"

#include <algorithm>

namespace steplab {
namespace {

constexpr std::size_t kChunk = 128;

}  // namespace

ClassPredictor::ClassPredictor(Mlp& model, Loss loss, std::size_t features, std::size_t classes)
    : loss_(loss),
      features_(features),
      classes_(classes),
      pass_(model, loss, kChunk, features, classes),
      softmax_(kChunk, classes) {}

void ClassPredictor::run(std::span<const float> points, std::span<float> scores) {
  const std::size_t count = points.size() / features_;
  for (std::size_t first = 0; first < count; first += kChunk) {
    // the last chunk leaves older points in the rows that it does not fill; nobody reads theirs
    const std::size_t size = std::min(kChunk, count - first);
    const std::span<const float> chunk = points.subspan(first * features_, size * features_);
    std::copy(chunk.begin(), chunk.end(), pass_.x().begin());
    pass_.forward();
    write_scores(scores.subspan(first * classes_, size * classes_));
  }
}

void ClassPredictor::write_scores(std::span<float> scores) {
  for (std::size_t i = 0; i * classes_ < scores.size(); ++i) {
    const std::span<const float> output = pass_.output(i);
    const std::span<float> row = scores.subspan(i * classes_, classes_);
    if (output.size() == classes_) {
      std::copy(output.begin(), output.end(), row.begin());
    } else {
      row[0] = -output[0];
      row[1] = output[0];
    }
  }
  if (loss_ != Loss::kMse) softmax_.apply(scores);
}

}  // namespace steplab
