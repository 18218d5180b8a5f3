// SPDX-License-Identifier: MIT
#include "export/parameter_expression.hpp"

namespace steplab::python {

Result<std::string> parameter_expression(const ProblemScript& problem, const std::string& name,
                                         const std::string& path) {
  for (const auto& [known, expression] : problem.names) {
    if (known == name) return expression;
  }
  // Layers that the loop adds: what stands at a place of the model's Sequential.
  const std::size_t dot = name.find('.');
  const bool is_placed = !problem.activation.empty() && dot != std::string::npos && dot > 0 &&
                         name.find_first_not_of("0123456789") == dot;
  if (is_placed && (name.substr(dot) == ".weight" || name.substr(dot) == ".bias")) {
    return "model[" + name.substr(0, dot) + "]" + name.substr(dot);
  }
  return Error{ErrorCode::kInvalidExperiment, path, quoted(name) + " is not a parameter"};
}

}  // namespace steplab::python
