// SPDX-License-Identifier: MIT
#include "steplab/export/pytorch.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "export/python_average.hpp"
#include "export/python_loop.hpp"
#include "export/python_optimizer.hpp"
#include "export/python_problem.hpp"
#include "export/python_text.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

using python::append;
using python::Lines;

/// What makes a run: its parameters, optimizer, scheduler and average, and the loop that trains it.
struct RunScript {
  std::string label;  ///< as a literal
  Lines setup;
  Lines loop;
  std::string variables;  ///< what the loop speaks of
};

Result<RunScript> run_script(const Experiment& experiment, std::size_t index,
                             const python::ProblemScript& problem) {
  const RunSpec& run = experiment.runs[index];
  const std::string path = "/runs/" + std::to_string(index);
  RunScript script{python::quoted(run.label), problem.start, {}, {}};
  if (problem.loss.empty() && python::needs_closure(run)) {
    return Error{ErrorCode::kInvalidExperiment, path + "/optimizer/name",
                 "the closure is asked for the loss, and recorded gradients have none"};
  }
  const Result<Lines> optimizer = python::optimizer_lines(run, problem, path);
  if (!optimizer) return optimizer.error();
  append(script.setup, *optimizer);
  if (!run.schedulers.empty()) {
    const Result<Lines> scheduler = python::scheduler_lines(run.schedulers, path + "/scheduler");
    if (!scheduler) return scheduler.error();
    append(script.setup, *scheduler);
  }
  if (run.wrapper) {
    const Result<Lines> wrapper = python::wrapper_lines(*run.wrapper, path + "/wrapper");
    if (!wrapper) return wrapper.error();
    append(script.setup, *wrapper);
  }
  std::optional<python::AverageScript> average;
  if (run.average) {
    Result<python::AverageScript> made =
        python::AverageScript::create(*run.average, problem, path + "/average");
    if (!made) return made.error();
    average = std::move(*made);
    append(script.setup, average->setup());
  }
  script.variables = problem.variables + ", optimizer" +
                     (run.schedulers.empty() ? "" : ", scheduler") + (average ? ", averaged" : "");
  const bool is_alone = experiment.runs.size() == 1;
  Result<Lines> loop = python::loop_lines(
      experiment, index, problem, is_alone ? script.label : "label", average ? &*average : nullptr);
  if (!loop) return loop.error();
  script.loop = std::move(*loop);
  return script;
}

// A single run is written as it goes.
void append_single(Lines& lines, const RunScript& run) {
  append(lines, run.setup);
  lines.emplace_back();
  append(lines, run.loop);
}

// Several runs that train alike share a function.
void append_race(Lines& lines, const std::vector<RunScript>& runs) {
  std::vector<const RunScript*> functions;
  std::vector<std::string> calls;
  const auto trains_alike = [](const RunScript& a, const RunScript& b) {
    return a.loop == b.loop && a.variables == b.variables;
  };
  for (const RunScript& run : runs) {
    auto found = std::find_if(functions.begin(), functions.end(),
                              [&](const RunScript* known) { return trains_alike(*known, run); });
    const auto number = static_cast<std::size_t>(found - functions.begin());
    const std::string name = number == 0 ? "train" : "train_" + std::to_string(number + 1);
    if (found == functions.end()) {
      functions.push_back(&run);
      lines.push_back("def " + name + "(label, " + run.variables + "):");
      append(lines, run.loop, 1);
      append(lines, {"", ""});
    }
    calls.push_back(name + "(" + run.label + ", " + run.variables + ")");
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (i > 0) lines.emplace_back();
    append(lines, runs[i].setup);
    lines.push_back(calls[i]);
  }
}

// A class that PyTorch does not have, unless it is there already.
void append_class(Lines& lines, std::string_view python) {
  while (!python.empty() && python.back() == '\n') python.remove_suffix(1);
  if (std::find(lines.begin(), lines.end(), python) != lines.end()) return;
  append(lines, {std::string(python), "", ""});
}

void append_classes(Lines& lines, const Experiment& experiment) {
  for (const RunSpec& run : experiment.runs) {
    const OptimizerInfo* optimizer = find_optimizer(run.optimizer.name);
    if (optimizer->pytorch_class.empty()) append_class(lines, optimizer->python);
    if (run.wrapper) append_class(lines, find_wrapper(run.wrapper->name)->python);
  }
}

bool mentions(const Lines& lines, std::string_view text) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(text) != line.npos; });
}

Lines imports_of(const Lines& lines) {
  Lines imports;
  if (mentions(lines, "copy.deepcopy(")) imports.emplace_back("import copy");
  if (mentions(lines, "math.")) imports.emplace_back("import math");
  if (!imports.empty()) imports.emplace_back();
  if (mentions(lines, "sklearn.")) imports.emplace_back("import sklearn.datasets");
  imports.emplace_back("import torch");
  return imports;
}

}  // namespace

Result<std::string> export_pytorch(const Experiment& experiment) {
  const Result<python::ProblemScript> problem = python::problem_script(experiment);
  if (!problem) return problem.error();
  std::vector<RunScript> runs;
  for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
    Result<RunScript> run = run_script(experiment, i, *problem);
    if (!run) return run.error();
    runs.push_back(std::move(*run));
  }

  Lines body;
  append_classes(body, experiment);
  append(body, problem->definitions);
  if (std::any_of(experiment.runs.begin(), experiment.runs.end(),
                  [&](const RunSpec& run) { return python::samples_labels(run, *problem); })) {
    append(body, {"", ""});
    append(body, problem->label_sampler);
  }
  append(body, {"", ""});
  if (runs.size() == 1) {
    append_single(body, runs.front());
  } else {
    append_race(body, runs);
  }

  Lines lines{"\"\"\"" + problem->title + ", exported from StepLab for PyTorch 2.13.\"\"\"", ""};
  append(lines, imports_of(body));
  append(lines, {"", ""});
  append(lines, body);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace steplab
