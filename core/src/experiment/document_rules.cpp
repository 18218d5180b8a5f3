// SPDX-License-Identifier: MIT
#include "experiment/document_rules.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include "experiment/value_text.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMaxRecordedElements = 1'000'000;

Error invalid(std::string path, std::string message) {
  return {ErrorCode::kInvalidExperiment, std::move(path), std::move(message)};
}

std::string at(const std::string& path, std::size_t index) {
  return path + "/" + std::to_string(index);
}

// Names become keys of traces and lines of Python, so they are plain and never "__proto__".
bool is_plain_name(const std::string& name, std::string_view punctuation) {
  return name != "__proto__" && !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) ||
                  punctuation.find(c) != punctuation.npos;
         });
}

Status check_options(const HyperValues& options, const std::string& path) {
  for (const auto& [name, value] : options) {
    if (!is_plain_name(name, "_")) {
      return invalid(path + "/" + pointer_token(name),
                     "unknown key " + quoted(name) +
                         "; options have names of letters, digits and underscores");
    }
  }
  return {};
}

Status check_surface(const SurfaceSpec& surface) {
  if (!surface.view) return {};
  const auto& [x_min, x_max, y_min, y_max] = *surface.view;
  if (x_min >= x_max) {
    return invalid("/problem/view", "view has x min " + number_text(x_min) + " and x max " +
                                        number_text(x_max) + "; the maximum must be larger");
  }
  if (y_min >= y_max) {
    return invalid("/problem/view", "view has y min " + number_text(y_min) + " and y max " +
                                        number_text(y_max) + "; the maximum must be larger");
  }
  return {};
}

Status check_parameters(const RecordedSpec& recorded) {
  std::size_t total = 0;
  for (const RecordedSpec::Parameter& parameter : recorded.parameters) {
    const std::string path = "/problem/parameters/" + pointer_token(parameter.name);
    if (!is_plain_name(parameter.name, "_.")) {
      return invalid(path, "parameter " + quoted(parameter.name) +
                               "; names are of letters, digits, underscores and dots");
    }
    // In double: a hostile shape would overflow an integer.
    double elements = 1.0;
    for (const std::size_t size : parameter.shape) elements *= static_cast<double>(size);
    if (elements != static_cast<double>(parameter.value.size())) {
      return invalid(path + "/value", "value has " + std::to_string(parameter.value.size()) +
                                          " elements; shape " + to_string(parameter.shape) +
                                          " has " + number_text(elements));
    }
    total += parameter.value.size();
    if (total > kMaxRecordedElements) {
      return invalid("/problem/parameters",
                     "parameters have more than " + std::to_string(kMaxRecordedElements) +
                         " elements in all; that is the most that is allowed");
    }
  }
  return {};
}

Status check_elements(const std::vector<float>& gradient, const RecordedSpec::Parameter& parameter,
                      const std::string& path) {
  if (gradient.size() == parameter.value.size()) return {};
  return invalid(path, "the gradient of " + quoted(parameter.name) + " has " +
                           std::to_string(gradient.size()) + " elements; the parameter has " +
                           std::to_string(parameter.value.size()));
}

Status check_rows(const RecordedRows& gradient, const RecordedSpec::Parameter& parameter,
                  const std::string& path) {
  if (parameter.shape.empty()) {
    return invalid(path + "/rows", "the gradient of " + quoted(parameter.name) +
                                       " has rows; the parameter is a scalar, which has none");
  }
  for (std::size_t i = 0; i < gradient.rows.size(); ++i) {
    if (gradient.rows[i] < parameter.shape[0]) continue;
    return invalid(at(path + "/rows", i),
                   "rows[" + std::to_string(i) + "] is " + std::to_string(gradient.rows[i]) +
                       "; it must be an index below " + std::to_string(parameter.shape[0]) +
                       ", the number of rows of " + quoted(parameter.name));
  }
  const std::size_t expected = gradient.rows.size() * slice_size(parameter.shape);
  if (gradient.values.size() == expected) return {};
  return invalid(path + "/values", "values has " + std::to_string(gradient.values.size()) +
                                       " elements; " + std::to_string(gradient.rows.size()) +
                                       " rows of " + quoted(parameter.name) + " have " +
                                       std::to_string(expected));
}

Status check_gradients(const RecordedSpec& recorded) {
  for (std::size_t step = 0; step < recorded.gradients.size(); ++step) {
    for (std::size_t p = 0; p < recorded.parameters.size(); ++p) {
      const auto& gradient = recorded.gradients[step][p];
      if (!gradient) continue;
      const RecordedSpec::Parameter& parameter = recorded.parameters[p];
      const std::string path = at("/problem/gradients", step) + "/" + pointer_token(parameter.name);
      const auto* rows = std::get_if<RecordedRows>(&*gradient);
      const Status status =
          rows != nullptr
              ? check_rows(*rows, parameter, path)
              : check_elements(std::get<std::vector<float>>(*gradient), parameter, path);
      if (!status) return status;
    }
  }
  return {};
}

struct ProblemRules {
  Status operator()(const SurfaceSpec& surface) const { return check_surface(surface); }
  Status operator()(const TaskSpec&) const { return {}; }
  Status operator()(const RecordedSpec& recorded) const {
    if (Status status = check_parameters(recorded); !status) return status;
    return check_gradients(recorded);
  }
};

Status check_scheduler(const SchedulerSpec& scheduler, const std::string& path) {
  for (std::size_t i = 0; i < scheduler.schedulers.size(); ++i) {
    const Status status = check_scheduler(scheduler.schedulers[i], at(path + "/schedulers", i));
    if (!status) return status;
  }
  return check_options(scheduler.options, path);
}

Status check_run(const RunSpec& run, const std::string& path) {
  if (Status status = check_options(run.optimizer.options, path + "/optimizer"); !status) {
    return status;
  }
  std::map<std::string, std::size_t> owner;
  for (std::size_t g = 0; g < run.param_groups.size(); ++g) {
    const ParamGroupSpec& group = run.param_groups[g];
    const std::string group_path = at(path + "/param_groups", g);
    for (std::size_t i = 0; i < group.params.size(); ++i) {
      const auto [known, is_new] = owner.emplace(group.params[i], g);
      if (is_new) continue;
      // PyTorch raises the one; of the other it warns, and steps the parameter twice.
      const std::string text =
          known->second == g ? "optimizer contains a parameter group with duplicate parameters"
                             : "some parameters appear in more than one parameter group";
      return invalid(at(group_path + "/params", i),
                     text + ": parameter " + quoted(group.params[i]) + " is named twice");
    }
    if (Status status = check_options(group.options, group_path); !status) return status;
  }
  if (run.wrapper) {
    if (Status status = check_options(run.wrapper->options, path + "/wrapper"); !status) {
      return status;
    }
  }
  for (std::size_t i = 0; i < run.schedulers.size(); ++i) {
    const std::string stack = path + "/scheduler";
    if (Status status =
            check_scheduler(run.schedulers[i], run.schedulers.size() == 1 ? stack : at(stack, i));
        !status) {
      return status;
    }
  }
  return run.average ? check_options(run.average->options, path + "/average") : Status();
}

// What a line asks of the model: its own layers, which only a task has.
Status check_line(const Instruction& line, const ProblemSpec& problem, const std::string& path) {
  if (line.at && line.every != 1) {
    return invalid(path + "/at", "at is " + std::to_string(*line.at) + " and every is " +
                                     std::to_string(line.every) + "; a line has one or the other");
  }
  const bool changes_layers =
      line.kind == InstructionKind::kAddLayer || line.kind == InstructionKind::kReplaceLayer;
  if (changes_layers && !std::holds_alternative<TaskSpec>(problem)) {
    return invalid(path, std::string(instruction_name(line.kind)) +
                             " needs a model; the problem must be of the kind \"task\"");
  }
  const bool concerns_loss =
      line.kind == InstructionKind::kScaleLoss || line.kind == InstructionKind::kDetach;
  if (concerns_loss && std::holds_alternative<RecordedSpec>(problem)) {
    return invalid(path, std::string(instruction_name(line.kind)) +
                             " needs a loss, and recorded gradients have none");
  }
  return check_options(line.group.options, path + "/add_param_group");
}

Status check_loop(const std::vector<Instruction>& loop, const ProblemSpec& problem,
                  const std::string& path) {
  for (std::size_t i = 0; i < loop.size(); ++i) {
    if (Status status = check_line(loop[i], problem, at(path, i)); !status) return status;
  }
  return {};
}

Status check_edits(const Experiment& experiment) {
  const auto group_count = [](const RunSpec& run) {
    return std::max<std::size_t>(run.param_groups.size(), 1);
  };
  for (std::size_t i = 0; i < experiment.edits.size(); ++i) {
    const Edit& edit = experiment.edits[i];
    const std::string path = at("/edits", i);
    if (i > 0 && edit.at < experiment.edits[i - 1].at) {
      return invalid(path + "/at", "at is " + std::to_string(edit.at) + " after " +
                                       std::to_string(experiment.edits[i - 1].at) +
                                       "; edits must stand in order of at");
    }
    if (edit.run && *edit.run >= experiment.runs.size()) {
      return invalid(path + "/run",
                     "run is " + std::to_string(*edit.run) + "; it must be an index below " +
                         std::to_string(experiment.runs.size()) + ", the number of runs");
    }
    if (Status status = check_rules(edit, path); !status) return status;
    if (const auto* loop = std::get_if<Edit::Loop>(&edit.action)) {
      const Status checked = check_loop(loop->lines, experiment.problem, path + "/loop");
      if (!checked) return checked;
    }
    const auto* set = std::get_if<Edit::Set>(&edit.action);
    if (set == nullptr || !set->group) continue;
    for (std::size_t r = 0; r < experiment.runs.size(); ++r) {
      if (edit.run.value_or(r) != r || *set->group < group_count(experiment.runs[r])) continue;
      return invalid(path + "/group", "group is " + std::to_string(*set->group) +
                                          "; it must be an index below " +
                                          std::to_string(group_count(experiment.runs[r])) +
                                          ", the number of groups of run " + std::to_string(r));
    }
  }
  return {};
}

}  // namespace

Status check_rules(const Experiment& experiment) {
  if (Status status = std::visit(ProblemRules{}, experiment.problem); !status) return status;
  for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
    const RunSpec& run = experiment.runs[i];
    const std::string path = at("/runs", i);
    if (Status status = check_run(run, path); !status) return status;
    if (!run.loop) continue;
    const Status checked = check_loop(*run.loop, experiment.problem, path + "/loop");
    if (!checked) return checked;
  }
  if (Status status = check_loop(experiment.loop, experiment.problem, "/loop"); !status) {
    return status;
  }
  return check_edits(experiment);
}

Status check_rules(const Edit& edit, const std::string& path) {
  const auto* set = std::get_if<Edit::Set>(&edit.action);
  return set == nullptr ? Status() : check_options(set->options, path + "/set");
}

}  // namespace steplab
