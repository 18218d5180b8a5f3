// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// A hidden layer's units with given parameters.
struct HiddenLayer {
  std::size_t units = 0;
  std::size_t silent = 0;    ///< whose input is not above 0 for any training sample
  std::size_t distinct = 0;  ///< different ones: units with equal weights and bias count once
};

/// The hidden layers of a task's model with the given parameters, from the input on; empty when
/// they do not belong to it.
std::vector<HiddenLayer> hidden_layers(const Experiment& experiment,
                                       const std::vector<std::vector<float>>& parameters);

}  // namespace steplab
