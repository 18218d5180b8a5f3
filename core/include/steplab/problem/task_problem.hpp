// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/nn/mlp.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

enum class Loss {
  kCrossEntropy,
  kMse,
  kCrossEntropyOfSoftmax,  ///< a mistake that people make: softmax is applied twice
};

/// "cross_entropy", "mse" or "cross_entropy_of_softmax"; nullopt otherwise.
std::optional<Loss> loss_from_name(std::string_view name);

/// A multilayer perceptron on data.
struct TaskOptions {
  std::vector<std::size_t> hidden;  ///< widths of the hidden layers
  Activation activation = Activation::kRelu;
  Loss loss = Loss::kCrossEntropy;
  std::size_t batch_size = 32;  ///< at most the number of train samples
  std::uint64_t seed = 0;  ///< draws the weights (as after torch.manual_seed(seed)) and the batches
  Initialisation initialisation = Initialisation::kPytorch;
};

/// Cross-entropy: one output per class. MSE: for two classes one output with targets −1 and +1,
/// else one output per class with one-hot targets. Each epoch is a fresh permutation of the train
/// samples drawn from (seed, epoch); the last, incomplete batch of an epoch is dropped
/// (DataLoader's drop_last).
Result<std::unique_ptr<Problem>> make_task_problem(std::shared_ptr<const Dataset> dataset,
                                                   const TaskOptions& options);

}  // namespace steplab
