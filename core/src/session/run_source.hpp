// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "steplab/optim/averaged_weights.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/scheduler.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// Where a run comes from, so that it can be made anew. The experiment outlives it.
struct RunSource {
  const Experiment& experiment;
  std::size_t index;  ///< among the experiment's runs
  std::shared_ptr<const Dataset> dataset;

  const RunSpec& spec() const { return experiment.runs[index]; }
  /// The loop with which it starts.
  const std::vector<Instruction>& loop() const {
    return spec().loop ? *spec().loop : experiment.loop;
  }
};

/// What a run is made of.
struct RunParts {
  std::unique_ptr<Problem> problem;
  std::unique_ptr<Optimizer> optimizer;
  std::vector<std::unique_ptr<Scheduler>> schedulers;
  std::unique_ptr<AveragedWeights> average;  ///< of the weights; may be null
};

}  // namespace steplab
