// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "export/python_average.hpp"
#include "export/python_problem.hpp"
#include "export/python_text.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab::python {

/// The training loop of the run at `index`, from `for` to `print`; the label is printed as the
/// expression `label`. `average` keeps an average of the weights, or is null.
Result<Lines> loop_lines(const Experiment& experiment, std::size_t index,
                         const ProblemScript& problem, const std::string& label,
                         const AverageScript* average);

/// The run's loop: its own or the experiment's.
const std::vector<Instruction>& loop_of(const Experiment& experiment, std::size_t index);

/// Whether a line of that kind is there and not struck out.
bool has_line(const std::vector<Instruction>& loop, InstructionKind kind);

}  // namespace steplab::python
