// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "session/run.hpp"
#include "session/run_source.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// From a document's plain structs to the objects of the other rooms. Paths in errors point into
/// the document.

/// The data of a task; null for other problems.
Result<std::shared_ptr<const Dataset>> assemble_dataset(const Experiment& experiment);

/// A fresh instance of the problem, at its start.
Result<std::unique_ptr<Problem>> assemble_problem(const Experiment& experiment,
                                                  std::shared_ptr<const Dataset> dataset);

/// An optimizer, with its wrapper, over the problem's present parameters. `path` is the run's.
Result<std::unique_ptr<Optimizer>> assemble_optimizer(const RunSpec& spec, Problem& problem,
                                                      const std::string& path);

/// What a run is made of, at its start.
Result<RunParts> assemble_parts(const RunSource& source);

/// Whether an edit names runs, parameters, groups and hyper-parameters that exist. `path` is where
/// it stands in the document.
Status check_edit(const Edit& edit, std::span<const std::unique_ptr<Run>> runs,
                  const std::string& path);

}  // namespace steplab
