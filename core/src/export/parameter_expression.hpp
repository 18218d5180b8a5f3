// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "export/python_problem.hpp"
#include "steplab/base/error.hpp"

namespace steplab::python {

/// The Python expression of a parameter that the document names at `path`.
Result<std::string> parameter_expression(const ProblemScript& problem, const std::string& name,
                                         const std::string& path);

}  // namespace steplab::python
