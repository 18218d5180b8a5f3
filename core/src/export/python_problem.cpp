// SPDX-License-Identifier: MIT
#include "export/python_problem.hpp"

#include <algorithm>
#include <variant>

#include "export/python_formula.hpp"
#include "steplab/base/number_text.hpp"
#include "steplab/problem/surfaces.hpp"

namespace steplab::python {
namespace {

std::string scalar_parameter(double start) {
  return "torch.nn.Parameter(torch.tensor(" + number(static_cast<float>(start)) + "))";
}

// `"weight": torch.tensor(…)`, wrapped.
void append_entry(Lines& lines, const std::string& name, const std::string& value,
                  std::size_t levels) {
  append(lines, wrapped(quoted(name) + ": " + value + ","), levels);
}

// Of a row-sparse gradient its rows as they came; coalesce() is for the optimizer.
std::string gradient_value(const RecordedSpec::Gradient& gradient, const Shape& shape) {
  const auto* slices = std::get_if<RecordedRows>(&gradient);
  if (slices == nullptr) {
    return "torch.tensor(" + nested_list(shape, std::get<std::vector<float>>(gradient)) + ")";
  }
  std::string rows;
  for (const std::uint32_t row : slices->rows) {
    rows += (rows.empty() ? "" : ", ") + std::to_string(row);
  }
  Shape values = shape;
  values[0] = slices->rows.size();
  // Without rows, lists say neither type nor shape.
  const std::string tensors =
      slices->rows.empty()
          ? "torch.zeros(1, 0, dtype=torch.int64), torch.zeros(" + to_string(values) + ")"
          : "[[" + rows + "]], torch.tensor(" + nested_list(values, slices->values) + ")";
  return "torch.sparse_coo_tensor(" + tensors + ", " + to_string(shape) +
         ", check_invariants=True)";
}

}  // namespace

Result<ProblemScript> surface_script(const SurfaceSpec& surface) {
  const SurfaceInfo* info = surface.name.empty() ? nullptr : find_surface(surface.name);
  if (info == nullptr && !surface.name.empty()) {
    return Error{ErrorCode::kInvalidExperiment, "/problem/name",
                 "\"" + surface.name + "\" is not a named surface"};
  }
  const auto expression = formula_expression(info == nullptr ? surface.formula : info->formula);
  if (!expression) {
    Error error = expression.error();
    error.path = "/problem/formula";
    return error;
  }
  const std::array<double, 2> origin{0.0, 0.0};
  const auto start = surface.start.value_or(info == nullptr ? origin : info->start);
  ProblemScript script;
  // By its name: titles are texts for people, which WebAssembly does not carry.
  script.title = info == nullptr ? "A surface" : "The surface " + surface.name;
  script.definitions = {"def f(x, y):", "    return " + *expression};
  script.start = {"x = " + scalar_parameter(start[0]), "y = " + scalar_parameter(start[1])};
  script.variables = "x, y";
  script.parameters = "[x, y]";
  script.loss = "f(x, y)";
  script.forward = {"loss = f(x, y)"};
  script.shown = "loss.item()";
  script.names = {{"x", "x"}, {"y", "y"}};
  return script;
}

ProblemScript recorded_script(const RecordedSpec& recorded, bool may_freeze) {
  ProblemScript script;
  script.title = "Recorded gradients";
  script.definitions = {"def make_parameters():", "    return {"};
  for (const RecordedSpec::Parameter& parameter : recorded.parameters) {
    append_entry(
        script.definitions, parameter.name,
        "torch.nn.Parameter(torch.tensor(" + nested_list(parameter.shape, parameter.value) + "))",
        2);
    script.names.emplace_back(parameter.name, "parameters[" + quoted(parameter.name) + "]");
  }
  append(script.definitions,
         {"    }", "", "",
          "# What backward adds, step by step; a parameter that is missing gets nothing.",
          "gradients = ["});
  for (const auto& step : recorded.gradients) {
    script.definitions.push_back("    {");
    for (std::size_t p = 0; p < step.size(); ++p) {
      if (!step[p]) continue;
      const RecordedSpec::Parameter& parameter = recorded.parameters[p];
      append_entry(script.definitions, parameter.name, gradient_value(*step[p], parameter.shape),
                   2);
    }
    script.definitions.push_back("    },");
  }
  script.definitions.push_back("]");
  script.start = {"parameters = make_parameters()"};
  script.variables = "parameters";
  script.parameters = "parameters.values()";
  script.forward = {"recorded = gradients[iteration % len(gradients)]"};
  script.backward = {"for name, gradient in recorded.items():"};
  if (may_freeze) {
    append(script.backward, {"    if parameters[name].requires_grad:",
                             "        parameters[name].backward(gradient)"});
  } else {
    script.backward.push_back("    parameters[name].backward(gradient)");
  }
  script.shown = "[p.tolist() for p in parameters.values()]";
  return script;
}

namespace {

bool has_freeze(const std::vector<Instruction>& loop) {
  return std::any_of(loop.begin(), loop.end(),
                     [](const Instruction& line) { return line.kind == InstructionKind::kFreeze; });
}

bool may_freeze(const Experiment& experiment) {
  if (has_freeze(experiment.loop)) return true;
  for (const RunSpec& run : experiment.runs) {
    if (run.loop && has_freeze(*run.loop)) return true;
  }
  return std::any_of(experiment.edits.begin(), experiment.edits.end(), [](const Edit& edit) {
    const auto* loop = std::get_if<Edit::Loop>(&edit.action);
    return std::holds_alternative<Edit::Freeze>(edit.action) ||
           (loop != nullptr && has_freeze(loop->lines));
  });
}

}  // namespace

bool has_module(const ProblemScript& problem) { return problem.variables == "model"; }

Result<ProblemScript> problem_script(const Experiment& experiment) {
  if (const auto* surface = std::get_if<SurfaceSpec>(&experiment.problem)) {
    return surface_script(*surface);
  }
  if (const auto* task = std::get_if<TaskSpec>(&experiment.problem)) {
    return task_script(*task, experiment.seed);
  }
  return recorded_script(std::get<RecordedSpec>(experiment.problem), may_freeze(experiment));
}

}  // namespace steplab::python
