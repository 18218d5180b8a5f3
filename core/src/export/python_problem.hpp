// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "export/python_text.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab::python {

/// What a script says of its problem, and how its other parts speak of it.
struct ProblemScript {
  std::string title;       ///< "Rosenbrock's valley"
  Lines definitions;       ///< once, at the top
  Lines start;             ///< before every run: fresh parameters
  std::string variables;   ///< what `start` assigns: "x, y"
  std::string parameters;  ///< all of them, as an optimizer takes them: "[x, y]"
  Lines iteration;         ///< what an iteration needs before its first line
  std::string loss;        ///< an expression; empty for recorded gradients, which have none
  /// A function that draws labels from the model's prediction, and the loss with them, given what
  /// `outputs` the model has; empty where there is no model that predicts labels.
  Lines label_sampler;
  std::string sampled_loss;
  Lines forward;
  Lines backward;          ///< of recorded gradients
  std::string shown;       ///< what is printed in an iteration
  std::string activation;  ///< of a model: "torch.nn.Tanh()"
  /// Every parameter by its name in documents, and as an expression.
  std::vector<std::pair<std::string, std::string>> names;
};

Result<ProblemScript> surface_script(const SurfaceSpec& surface);
Result<ProblemScript> task_script(const TaskSpec& task, std::uint64_t seed);
ProblemScript recorded_script(const RecordedSpec& recorded, bool may_freeze);

/// Whether there is a module; a surface and recorded gradients have parameters and none to ask for
/// them.
bool has_module(const ProblemScript& problem);

/// The script of whatever problem the experiment has.
Result<ProblemScript> problem_script(const Experiment& experiment);

}  // namespace steplab::python
