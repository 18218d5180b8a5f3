// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// What another library needs to train the first run of an experiment as we do, and to prove that
/// it does: the start, the data of a task with the mini-batches of the first `steps` iterations,
/// and our loss at each of them. As JSON:
/// {"losses": […], "parameters": [{"name", "shape", "value"}],
///  "task": null or {"features", "classes", "x", "labels", "batches": [[…]]}}
Result<std::string> workload_json(const Experiment& experiment, std::size_t steps);

}  // namespace steplab
