// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "analysis/case.hpp"

namespace steplab {

/// How a problem goes with every optimizer and learning rate of a small sweep: SGD, SGD with
/// momentum and Adam at five learning rates each, with the canonical loop.
struct RescueSweep {
  std::size_t settings = 0;
  std::size_t iterations = 0;
  double best_loss = 0.0;           ///< on all training data
  std::string best_loss_setting;    ///< "Adam, learning rate 0.01"
  double best_accuracy = 0.0;       ///< on the training data
  double best_test_accuracy = 0.0;  ///< on the test data
};

/// Tries them on the case's task; nullopt until all have been tried.
std::optional<RescueSweep> sweep(const Case& run, const TaskSpec& task);

}  // namespace steplab
