// SPDX-License-Identifier: MIT
#include "export/python_average.hpp"

#include <algorithm>

#include "export/python_optimizer.hpp"
#include "steplab/base/number_text.hpp"
#include "steplab/optim/averaged_weights.hpp"

namespace steplab::python {
namespace {

double option(const NamedSpec& average, std::string_view name) {
  for (const auto& [key, value] : average.options) {
    if (key == name) return std::get<double>(value);
  }
  return std::get<double>(
      find_hyper(find_average(average.name)->hyper_parameters, name)->default_value);
}

// When the weights after a step are averaged: AveragedWeights::after_step.
std::string due(double start, double every) {
  if (every == 1.0) return start == 0.0 ? "" : "steps > " + number_text(start);
  if (start == 0.0) return "steps % " + number_text(every) + " == 0";
  return "steps > " + number_text(start) + " and (steps - " + number_text(start) + ") % " +
         number_text(every) + " == 0";
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

}  // namespace

Result<AverageScript> AverageScript::create(const NamedSpec& average, const ProblemScript& problem,
                                            const std::string& path) {
  if (find_average(average.name) == nullptr) {
    return Error{ErrorCode::kInvalidExperiment, path + "/name",
                 "\"" + average.name + "\" is not an average"};
  }
  if (const auto checked = AveragedWeights::create(average.name, average.options, {}); !checked) {
    Error error = checked.error();
    error.path = path + error.path;
    return error;
  }
  AverageScript script(problem);
  if (average.name == "EMA") {
    script.function_ = "torch.optim.swa_utils.get_ema_avg_fn(" +
                       python_number_text(option(average, "decay")) + ")";
  }
  script.due_ = due(option(average, "start"), option(average, "every"));
  return script;
}

// An AveragedModel averages modules.
std::string AverageScript::weights() const {
  return has_module(*problem_) ? "model" : "torch.nn.ParameterList(" + problem_->parameters + ")";
}

Lines AverageScript::setup() const {
  Lines arguments{weights()};
  if (!function_.empty()) arguments.push_back("avg_fn=" + function_);
  return call("averaged = torch.optim.swa_utils.AveragedModel", arguments);
}

Lines AverageScript::before() const { return due_.empty() ? Lines{} : Lines{"steps = 0"}; }

Lines AverageScript::after_step() const {
  const std::string update = "averaged.update_parameters(" + weights() + ")";
  if (due_.empty()) return {update};
  return {"steps += 1", "if " + due_ + ":", "    " + update};
}

Lines AverageScript::after(const std::string& label, std::size_t iterations) const {
  const auto print = [&](const std::string& what) {
    return Lines{"print(" + label + ", \"averaged\", " + what + ")"};
  };
  if (problem_->loss.empty()) return print("[p.tolist() for p in averaged.module]");
  if (!has_module(*problem_)) return print("f(*averaged.module).item()");
  Lines lines;
  for (const std::string& line : problem_->iteration) {
    lines.push_back(replaced(line, "(iteration)", "(" + std::to_string(iterations) + ")"));
  }
  append(lines, print(replaced(problem_->loss, "model(", "averaged(") + ".item()"));
  return lines;
}

}  // namespace steplab::python
