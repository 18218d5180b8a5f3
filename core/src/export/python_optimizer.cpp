// SPDX-License-Identifier: MIT
#include "export/python_optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "export/parameter_expression.hpp"
#include "export/python_formula.hpp"
#include "steplab/base/number_text.hpp"

namespace steplab::python {
namespace {

bool is_whole(double number) { return std::floor(number) == number && std::fabs(number) < 1e15; }

// Whether a hyper-parameter counts something: PyTorch asks for integers there.
bool is_count(const HyperParameterInfo& info) {
  const auto* number = std::get_if<double>(&info.default_value);
  return is_whole(info.min) && is_whole(info.max) && info.max >= 2.0 &&
         (number == nullptr || is_whole(*number));
}

std::string number_of(double number, bool is_count) {
  if (std::isnan(number)) return "None";  // within a tuple, as in Adafactor's eps
  return is_count && is_whole(number) ? number_text(number) : python_number_text(number);
}

// The arguments that are written: in the registry's order.
Result<Lines> keyword_arguments(std::string_view owner, std::span<const HyperParameterInfo> infos,
                                const HyperValues& options, const std::string& path) {
  for (const auto& [name, value] : options) {
    if (find_hyper(infos, name) == nullptr) return no_such_hyper(owner, path, name);
  }
  Lines arguments;
  for (const HyperParameterInfo& info : infos) {
    const auto given = std::find_if(options.begin(), options.end(),
                                    [&](const auto& option) { return option.first == info.name; });
    const bool is_given = given != options.end();
    const HyperValue& value = is_given ? given->second : info.default_value;
    const bool differs = is_given && value != info.default_value;
    if (!differs && info.name != "lr") continue;
    std::string text = hyper_text(info, value);
    const auto* formula = std::get_if<std::string>(&value);
    if (formula != nullptr && info.choices.empty()) {
      Result<std::string> lambda = epoch_lambda(*formula);
      if (!lambda) {
        Error error = lambda.error();
        error.path = path + "/" + std::string(info.name);
        return error;
      }
      text = std::move(*lambda);
    }
    arguments.push_back(std::string(info.name) + "=" + text);
  }
  return arguments;
}

// `[{"params": […], "lr": 0.1}, …]`, one group a line.
Result<Lines> group_lines(const RunSpec& run, const ProblemScript& problem,
                          const std::string& path) {
  Lines lines{"["};
  for (std::size_t g = 0; g < run.param_groups.size(); ++g) {
    const Result<std::string> text =
        group_text(run.param_groups[g], run, problem, path + "/param_groups/" + std::to_string(g));
    if (!text) return text.error();
    append(lines, wrapped(*text + ","), 1);
  }
  lines.push_back("]");
  return lines;
}

// With groups the first argument takes several lines.
Lines call_with_groups(const std::string& head, const Lines& groups, const Lines& arguments) {
  Lines lines{head + "("};
  append(lines, groups, 1);
  lines.back() += ",";
  for (const std::string& argument : arguments) lines.push_back("    " + argument + ",");
  lines.push_back(")");
  return lines;
}

}  // namespace

std::string hyper_text(const HyperParameterInfo& info, const HyperValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return number_of(*number, is_count(info));
  if (const auto* name = std::get_if<std::string>(&value)) return quoted(*name);
  const auto* tuple = std::get_if<std::vector<double>>(&value);
  if (tuple == nullptr) return to_python(value);
  std::string text = "(";
  for (std::size_t i = 0; i < tuple->size(); ++i) {
    if (i > 0) text += ", ";
    text += number_of((*tuple)[i], is_count(info));
  }
  return text + (tuple->size() == 1 ? ",)" : ")");
}

const HyperParameterInfo* find_hyper(std::span<const HyperParameterInfo> infos,
                                     std::string_view name) {
  const auto found = std::find_if(infos.begin(), infos.end(), [&](const HyperParameterInfo& info) {
    return info.name == name;
  });
  return found == infos.end() ? nullptr : &*found;
}

const HyperParameterInfo* find_group_hyper(const RunSpec& run, std::string_view name) {
  const OptimizerInfo* optimizer = find_optimizer(run.optimizer.name);
  const WrapperInfo* wrapper = run.wrapper ? find_wrapper(run.wrapper->name) : nullptr;
  const HyperParameterInfo* found =
      optimizer == nullptr ? nullptr : find_hyper(optimizer->hyper_parameters, name);
  if (found != nullptr || wrapper == nullptr) return found;
  return find_hyper(wrapper->hyper_parameters, name);
}

Error no_such_hyper(std::string_view owner, const std::string& path, const std::string& name) {
  return {ErrorCode::kInvalidHyperParameter, path + "/" + name,
          std::string(owner) + " has no hyper-parameter '" + name + "'"};
}

Result<std::string> group_text(const ParamGroupSpec& group, const RunSpec& run,
                               const ProblemScript& problem, const std::string& path) {
  std::string text = "{\"params\": [";
  for (std::size_t p = 0; p < group.params.size(); ++p) {
    const auto parameter =
        parameter_expression(problem, group.params[p], path + "/params/" + std::to_string(p));
    if (!parameter) return parameter.error();
    text += (p > 0 ? ", " : "") + *parameter;
  }
  text += "]";
  for (const auto& [name, value] : group.options) {
    const HyperParameterInfo* hyper = find_group_hyper(run, name);
    if (hyper == nullptr) return no_such_hyper(run.optimizer.name, path, name);
    text += ", " + quoted(name) + ": " + hyper_text(*hyper, value);
  }
  return text + "}";
}

Result<Lines> optimizer_lines(const RunSpec& run, const ProblemScript& problem,
                              const std::string& path) {
  const OptimizerInfo* info = find_optimizer(run.optimizer.name);
  if (info == nullptr) {
    return Error{ErrorCode::kInvalidExperiment, path + "/optimizer/name",
                 quoted(run.optimizer.name) + " is not an optimizer"};
  }
  if (info->pytorch_class.empty() && info->python.empty()) {
    return Error{ErrorCode::kInvalidExperiment, path + "/optimizer/name",
                 std::string(info->name) + " has no PyTorch class and cannot be exported"};
  }
  const std::string head =
      "optimizer = " + std::string(info->pytorch_class.empty() ? info->name : info->pytorch_class);
  Result<Lines> arguments = keyword_arguments(info->name, info->hyper_parameters,
                                              run.optimizer.options, path + "/optimizer");
  if (!arguments) return arguments.error();
  if (run.param_groups.empty()) {
    arguments->insert(arguments->begin(), problem.parameters);
    return call(head, *arguments);
  }
  const Result<Lines> groups = group_lines(run, problem, path);
  if (!groups) return groups.error();
  return call_with_groups(head, *groups, *arguments);
}

bool needs_closure(const RunSpec& run) {
  const OptimizerInfo* optimizer = find_optimizer(run.optimizer.name);
  if (optimizer != nullptr && optimizer->needs_closure) return true;
  const WrapperInfo* wrapper = run.wrapper ? find_wrapper(run.wrapper->name) : nullptr;
  return wrapper != nullptr && wrapper->needs_closure;
}

bool samples_labels(const RunSpec& run, const ProblemScript& problem) {
  const OptimizerInfo* optimizer = find_optimizer(run.optimizer.name);
  return optimizer != nullptr && optimizer->samples_labels && !problem.sampled_loss.empty();
}

Lines sampler_lines(const RunSpec& run, const ProblemScript& problem) {
  if (!samples_labels(run, problem)) return {};
  const std::string inner = run.wrapper ? "optimizer.optimizer" : "optimizer";
  return {inner + ".sample_gradient = sample_gradient"};
}

Result<Lines> wrapper_lines(const NamedSpec& wrapper, const std::string& path) {
  const WrapperInfo* info = find_wrapper(wrapper.name);
  if (info == nullptr || info->python.empty()) {
    return Error{ErrorCode::kInvalidExperiment, path + "/name",
                 quoted(wrapper.name) +
                     (info == nullptr ? " is not a wrapper" : " cannot be exported to PyTorch")};
  }
  Result<Lines> arguments =
      keyword_arguments(info->name, info->hyper_parameters, wrapper.options, path);
  if (!arguments) return arguments.error();
  arguments->insert(arguments->begin(), "optimizer");
  return call("optimizer = " + std::string(info->name), *arguments);
}

namespace {

// The class of a scheduler; what cannot be written is named by its path.
Result<const SchedulerInfo*> exported_scheduler(const SchedulerSpec& spec,
                                                const std::string& path) {
  const SchedulerInfo* info = find_scheduler(spec.name);
  if (info == nullptr) {
    return Error{ErrorCode::kInvalidExperiment, path + "/name",
                 quoted(spec.name) + " is not a scheduler"};
  }
  if (info->pytorch_class.empty()) {
    return Error{ErrorCode::kInvalidExperiment, path + "/name",
                 std::string(info->name) + " has no PyTorch class and cannot be exported"};
  }
  return info;
}

// A scheduler and what it is composed of, in one line.
Result<std::string> scheduler_expression(const SchedulerSpec& spec, const std::string& path) {
  const Result<const SchedulerInfo*> info = exported_scheduler(spec, path);
  if (!info) return info.error();
  const Result<Lines> arguments =
      keyword_arguments((*info)->name, (*info)->hyper_parameters, spec.options, path);
  if (!arguments) return arguments.error();
  std::string text = std::string((*info)->pytorch_class) + "(optimizer=optimizer";
  for (const std::string& argument : *arguments) text += ", " + argument;
  if ((*info)->kind == SchedulerKind::kComposite) {
    text += ", schedulers=[";
    for (std::size_t i = 0; i < spec.schedulers.size(); ++i) {
      const Result<std::string> member =
          scheduler_expression(spec.schedulers[i], path + "/schedulers/" + std::to_string(i));
      if (!member) return member.error();
      text += (i > 0 ? ", " : "") + *member;
    }
    text += "]";
  }
  return text + ")";
}

}  // namespace

Result<Lines> scheduler_lines(const std::vector<SchedulerSpec>& schedulers,
                              const std::string& path) {
  if (schedulers.size() > 1) {
    // A stack steps one after the other, which is what a ChainedScheduler does.
    for (std::size_t i = 0; i < schedulers.size(); ++i) {
      const SchedulerInfo* info = find_scheduler(schedulers[i].name);
      if (info == nullptr || info->kind != SchedulerKind::kMetric) continue;
      return Error{ErrorCode::kInvalidExperiment, path + "/" + std::to_string(i) + "/name",
                   std::string(info->name) + " is not exported from a stack of schedulers"};
    }
    const Result<std::string> chain =
        scheduler_expression({"ChainedScheduler", {}, schedulers}, path);
    if (!chain) return chain.error();
    return Lines{"scheduler = " + *chain};
  }
  const SchedulerSpec& scheduler = schedulers.front();
  const Result<const SchedulerInfo*> info = exported_scheduler(scheduler, path);
  if (!info) return info.error();
  if ((*info)->kind == SchedulerKind::kComposite) {
    const Result<std::string> composite = scheduler_expression(scheduler, path);
    if (!composite) return composite.error();
    return Lines{"scheduler = " + *composite};
  }
  Result<Lines> arguments =
      keyword_arguments((*info)->name, (*info)->hyper_parameters, scheduler.options, path);
  if (!arguments) return arguments.error();
  arguments->insert(arguments->begin(), "optimizer");
  return call("scheduler = " + std::string((*info)->pytorch_class), *arguments);
}

}  // namespace steplab::python
