// SPDX-License-Identifier: MIT
#include "problem/classifier_evaluator.hpp"

#include <algorithm>
#include <span>

namespace steplab {
namespace {

// Small enough to stay in the cache, large enough that a pass costs more than its bookkeeping.
constexpr std::size_t kChunk = 128;

}  // namespace

ClassifierEvaluator::ClassifierEvaluator(Mlp& model, Loss loss, const Tensor& x,
                                         const std::vector<std::uint32_t>& labels,
                                         std::size_t classes)
    : x_(x), labels_(labels) {
  const std::size_t features = x.shape()[1];
  if (labels.size() >= kChunk) whole_.emplace(model, loss, kChunk, features, classes);
  const std::size_t rest = labels.size() % kChunk;
  if (rest > 0) rest_.emplace(model, loss, rest, features, classes);
}

ClassifierEvaluator::Figures ClassifierEvaluator::run() {
  Figures sums;
  const std::size_t whole_end = labels_.size() - labels_.size() % kChunk;
  for (std::size_t first = 0; first < whole_end; first += kChunk) add(*whole_, first, sums);
  if (rest_) add(*rest_, whole_end, sums);
  const auto count = static_cast<double>(labels_.size());
  return {sums.loss / count, sums.accuracy / count};
}

void ClassifierEvaluator::add(ClassifierPass& pass, std::size_t first, Figures& sums) {
  const std::size_t features = x_.shape()[1];
  const std::span<float> x = pass.x();
  const std::span<const float> samples = x_.span().subspan(first * features, x.size());
  std::copy(samples.begin(), samples.end(), x.begin());
  for (std::size_t i = 0; i < pass.samples(); ++i) pass.set_target(i, labels_[first + i]);
  pass.forward();
  sums.loss += static_cast<double>(pass.loss()) * static_cast<double>(pass.samples());
  for (std::size_t i = 0; i < pass.samples(); ++i) {
    if (pass.predicted_class(i) == labels_[first + i]) sums.accuracy += 1.0;
  }
}

}  // namespace steplab
