// SPDX-License-Identifier: MIT
#include "problem/label_sampler.hpp"

#include <algorithm>

#include "base/scattered_seed.hpp"
#include "steplab/base/random.hpp"

namespace steplab {

void LabelSampler::draw(ClassifierPass& pass, std::size_t iteration) {
  for (std::size_t sample = 0; sample < pass.samples(); ++sample) {
    const std::span<const float> outputs = pass.output(sample);
    std::copy(outputs.begin(), outputs.end(),
              probabilities_.begin() + static_cast<std::ptrdiff_t>(sample * classes_));
  }
  softmax_.apply(probabilities_);

  // Mini-batches draw with the seed itself; labels with its complement.
  Generator generator(scattered_seed(~seed_, iteration));
  for (std::size_t sample = 0; sample < pass.samples(); ++sample) {
    const float* row = &probabilities_[sample * classes_];
    float left = generator.uniform();
    std::uint32_t label = 0;
    while (label + 1 < classes_ && left >= row[label]) left -= row[label++];
    pass.set_target(sample, label);
  }
}

}  // namespace steplab
