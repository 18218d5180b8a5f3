// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "export/python_problem.hpp"
#include "export/python_text.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab::python {

/// A hyper-parameter's value as its constructor takes it; counts are integers.
std::string hyper_text(const HyperParameterInfo& info, const HyperValue& value);

/// The row of that name, or nullptr.
const HyperParameterInfo* find_hyper(std::span<const HyperParameterInfo> infos,
                                     std::string_view name);

/// One that the run's groups have: the optimizer's, else its wrapper's (SAM's rho).
const HyperParameterInfo* find_group_hyper(const RunSpec& run, std::string_view name);

/// "unknown hyper-parameter", at its path.
Error no_such_hyper(std::string_view owner, const std::string& path, const std::string& name);

/// `{"params": […], "lr": 0.1}`; `path` is the group's in the document.
Result<std::string> group_text(const ParamGroupSpec& group, const RunSpec& run,
                               const ProblemScript& problem, const std::string& path);

/// `optimizer = torch.optim.Adam(…)`: the learning rate, and whatever differs from the defaults.
/// `path` is the run's in the document.
Result<Lines> optimizer_lines(const RunSpec& run, const ProblemScript& problem,
                              const std::string& path);

/// Whether the run's `step` passes a closure.
bool needs_closure(const RunSpec& run);

/// Whether its optimizer is told how to draw labels from the model's prediction.
bool samples_labels(const RunSpec& run, const ProblemScript& problem);
/// The line that tells it, if it is: after the wrapper's.
Lines sampler_lines(const RunSpec& run, const ProblemScript& problem);

/// `optimizer = SAM(optimizer, …)`, which comes after the scheduler's line: a scheduler wants the
/// optimizer inside.
Result<Lines> wrapper_lines(const NamedSpec& wrapper, const std::string& path);

/// `scheduler = torch.optim.lr_scheduler.StepLR(…)`.
Result<Lines> scheduler_lines(const std::vector<SchedulerSpec>& schedulers,
                              const std::string& path);

}  // namespace steplab::python
