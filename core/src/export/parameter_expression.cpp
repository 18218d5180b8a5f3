// SPDX-License-Identifier: MIT
#include "export/parameter_expression.hpp"

namespace steplab::python {

Result<std::string> parameter_expression(const ProblemScript& problem, const std::string& name,
                                         const std::string& path) {
  for (const auto& [known, expression] : problem.names) {
    if (known == name) return expression;
  }
  return Error{ErrorCode::kInvalidExperiment, path, quoted(name) + " is not a parameter"};
}

}  // namespace steplab::python
