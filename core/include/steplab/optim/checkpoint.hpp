// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "steplab/base/tensor.hpp"
#include "steplab/optim/state_dict.hpp"

namespace steplab {

/// A tensor and what a file calls it.
struct NamedTensor {
  std::string name;
  Tensor value;
};

/// Where a training run stands, as PyTorch's users save it: a model's state_dict and its
/// optimizer's.
struct Checkpoint {
  std::vector<NamedTensor> parameters;  ///< by name; none in a file that holds the optimizer alone
  StateDict optimizer;
};

}  // namespace steplab
