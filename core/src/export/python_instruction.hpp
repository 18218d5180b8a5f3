// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "export/python_problem.hpp"
#include "export/python_text.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab::python {

/// What a line of a run's loop is in Python, without the condition on which it runs. `path` is the
/// line's in the document, `run_path` the run's.
Result<Lines> instruction_lines(const Instruction& line, const RunSpec& run,
                                const ProblemScript& problem, const std::string& path,
                                const std::string& run_path);

}  // namespace steplab::python
