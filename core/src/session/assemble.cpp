// SPDX-License-Identifier: MIT
#include "session/assemble.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "steplab/optim/averaged_weights.hpp"
#include "steplab/optim/registry.hpp"
#include "steplab/problem/recorded_problem.hpp"
#include "steplab/problem/surface_problem.hpp"
#include "steplab/problem/surfaces.hpp"
#include "steplab/problem/task_problem.hpp"

namespace steplab {
namespace {

Error at(std::string path, Error error) {
  error.path = std::move(path) + error.path;
  return error;
}

Error invalid(std::string path, std::string message) {
  return {ErrorCode::kInvalidExperiment, std::move(path), std::move(message)};
}

// "a", "b" and "c"
template <class Items, class NameOf>
std::string listed(const Items& items, NameOf name_of) {
  std::string text;
  std::size_t left = std::size(items);
  for (const auto& item : items) {
    text += name_of(item);
    --left;
    if (left > 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

Result<std::unique_ptr<Problem>> assemble_surface(const SurfaceSpec& spec) {
  if (spec.name.empty()) {
    auto problem =
        make_surface_problem(spec.formula, spec.start.value_or(std::array<double, 2>{0.0, 0.0}));
    if (!problem) return at("/problem/formula", problem.error());
    return problem;
  }
  const SurfaceInfo* surface = find_surface(spec.name);
  if (surface == nullptr) {
    return invalid("/problem/name", "\"" + spec.name + "\" is not a named surface; they are " +
                                        listed(surface_registry(), [](const SurfaceInfo& s) {
                                          return std::string(s.name);
                                        }));
  }
  return make_surface_problem(surface->formula, spec.start.value_or(surface->start));
}

Result<std::unique_ptr<Problem>> assemble_task(const TaskSpec& spec, std::uint64_t seed,
                                               std::shared_ptr<const Dataset> dataset) {
  const auto activation = activation_from_name(spec.model.activation);
  if (!activation) {
    return invalid("/problem/model/activation", "\"" + spec.model.activation +
                                                    "\" is not an activation; they are relu, tanh, "
                                                    "sigmoid and identity");
  }
  const auto loss = loss_from_name(spec.loss);
  if (!loss) {
    return invalid("/problem/loss", "\"" + spec.loss +
                                        "\" is not a loss; they are cross_entropy, mse and "
                                        "cross_entropy_of_softmax");
  }
  const auto initialisation = initialisation_from_name(spec.model.init);
  if (!initialisation) {
    return invalid("/problem/model/init",
                   "\"" + spec.model.init +
                       "\" is not an initialisation; they are pytorch, zeros "
                       "and ones");
  }
  const std::size_t samples = dataset->train_labels.size();
  if (spec.batch_size > samples) {
    return invalid("/problem/batch_size",
                   "batch_size is " + std::to_string(spec.batch_size) +
                       "; it must be at most the number of training samples, " +
                       std::to_string(samples));
  }
  return make_task_problem(std::move(dataset), {spec.model.hidden, *activation, *loss,
                                                spec.batch_size, seed, *initialisation});
}

Result<std::unique_ptr<Problem>> assemble_recorded(const RecordedSpec& spec) {
  std::vector<Parameter> parameters;
  for (const RecordedSpec::Parameter& parameter : spec.parameters) {
    parameters.emplace_back(parameter.name, Tensor(parameter.shape, parameter.value));
  }
  auto problem = make_recorded_problem(std::move(parameters), spec.gradients);
  if (!problem) return at("/problem/gradients", problem.error());
  return problem;
}

Status add_groups(Optimizer& optimizer, const RunSpec& spec, Problem& problem,
                  const std::string& path) {
  const std::span<Parameter* const> all = problem.parameters();
  if (spec.param_groups.empty()) {
    const Status added = optimizer.add_param_group({all.begin(), all.end()}, {});
    if (added) return {};
    // The document does not name what was refused: the optimizer is what does not fit the model.
    return Error{added.error().code, path + "/optimizer/name", added.error().message};
  }
  for (std::size_t g = 0; g < spec.param_groups.size(); ++g) {
    const ParamGroupSpec& group = spec.param_groups[g];
    const std::string group_path = path + "/param_groups/" + std::to_string(g);
    std::vector<Parameter*> members;
    for (std::size_t p = 0; p < group.params.size(); ++p) {
      const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter* parameter) {
        return parameter->name() == group.params[p];
      });
      if (found == all.end()) {
        return invalid(group_path + "/params/" + std::to_string(p),
                       "\"" + group.params[p] + "\" is not a parameter; they are " +
                           listed(all, [](const Parameter* known) { return known->name(); }));
      }
      members.push_back(*found);
    }
    const Status added = optimizer.add_param_group(std::move(members), group.options);
    if (!added) return at(group_path, added.error());
  }
  return {};
}

// Members before the composite that they make up, as in Python.
Result<std::unique_ptr<Scheduler>> assemble_scheduler(Optimizer& optimizer,
                                                      const SchedulerSpec& spec,
                                                      const std::string& path) {
  const SchedulerInfo* info = find_scheduler(spec.name);
  if (info == nullptr) {
    return invalid(path + "/name", "\"" + spec.name + "\" is not a scheduler; they are " +
                                       listed(scheduler_registry(), [](const SchedulerInfo& s) {
                                         return std::string(s.name);
                                       }));
  }
  std::vector<std::unique_ptr<Scheduler>> members;
  for (std::size_t i = 0; i < spec.schedulers.size(); ++i) {
    auto made = assemble_scheduler(optimizer, spec.schedulers[i],
                                   path + "/schedulers/" + std::to_string(i));
    if (!made) return made.error();
    members.push_back(std::move(made).value());
  }
  auto made = info->create(optimizer, spec.options, std::move(members));
  if (!made) return at(path, made.error());
  return made;
}

Result<std::unique_ptr<AveragedWeights>> assemble_average(const NamedSpec& spec, Problem& problem,
                                                          const std::string& path) {
  if (find_average(spec.name) == nullptr) {
    return invalid(path + "/name", "\"" + spec.name + "\" is not an average; they are " +
                                       listed(average_registry(), [](const AverageInfo& a) {
                                         return std::string(a.name);
                                       }));
  }
  auto made = AveragedWeights::create(spec.name, spec.options, problem.parameters());
  if (!made) return at(path, made.error());
  return made;
}

bool has_learning_rate(const OptimizerInfo& info) {
  return std::any_of(info.hyper_parameters.begin(), info.hyper_parameters.end(),
                     [](const HyperParameterInfo& hyper) { return hyper.name == "lr"; });
}

}  // namespace

Result<std::shared_ptr<const Dataset>> assemble_dataset(const Experiment& experiment) {
  const auto* task = std::get_if<TaskSpec>(&experiment.problem);
  if (task == nullptr) return std::shared_ptr<const Dataset>();
  const DataSpec& data = task->data;
  auto dataset = make_dataset({data.name, data.samples, data.noise, data.seed, data.test_fraction,
                               data.shuffle_labels, data.scale});
  if (!dataset) return at("/problem/data", dataset.error());
  return dataset;
}

Result<std::unique_ptr<Problem>> assemble_problem(const Experiment& experiment,
                                                  std::shared_ptr<const Dataset> dataset) {
  if (const auto* surface = std::get_if<SurfaceSpec>(&experiment.problem)) {
    return assemble_surface(*surface);
  }
  if (const auto* task = std::get_if<TaskSpec>(&experiment.problem)) {
    return assemble_task(*task, experiment.seed, std::move(dataset));
  }
  return assemble_recorded(std::get<RecordedSpec>(experiment.problem));
}

Result<std::unique_ptr<Optimizer>> assemble_optimizer(const RunSpec& spec, Problem& problem,
                                                      const std::string& path) {
  const OptimizerInfo* optimizer_info = find_optimizer(spec.optimizer.name);
  if (optimizer_info == nullptr) {
    return invalid(path + "/optimizer/name",
                   "\"" + spec.optimizer.name + "\" is not an optimizer; they are " +
                       listed(optimizer_registry(),
                              [](const OptimizerInfo& o) { return std::string(o.name); }));
  }
  auto optimizer = optimizer_info->create(spec.optimizer.options);
  if (!optimizer) return at(path + "/optimizer", optimizer.error());
  if (spec.wrapper) {
    const WrapperInfo* wrapper_info = find_wrapper(spec.wrapper->name);
    if (wrapper_info == nullptr) {
      return invalid(
          path + "/wrapper/name",
          "\"" + spec.wrapper->name + "\" is not a wrapper; they are " +
              listed(wrapper_registry(), [](const WrapperInfo& w) { return std::string(w.name); }));
    }
    optimizer = wrapper_info->create(std::move(optimizer).value(), spec.wrapper->options);
    if (!optimizer) return at(path + "/wrapper", optimizer.error());
  }
  const Status added = add_groups(**optimizer, spec, problem, path);
  if (!added) return added.error();
  return optimizer;
}

Result<RunParts> assemble_parts(const RunSource& source) {
  const RunSpec& spec = source.spec();
  const std::string path = "/runs/" + std::to_string(source.index);
  RunParts parts;

  auto problem = assemble_problem(source.experiment, source.dataset);
  if (!problem) return problem.error();
  parts.problem = std::move(problem).value();

  auto optimizer = assemble_optimizer(spec, *parts.problem, path);
  if (!optimizer) return optimizer.error();
  parts.optimizer = std::move(optimizer).value();

  // PyTorch's schedulers raise KeyError: 'lr' here.
  if (!spec.schedulers.empty() && !has_learning_rate(parts.optimizer->info())) {
    return Error{ErrorCode::kInvalidHyperParameter, path + "/scheduler",
                 std::string(parts.optimizer->info().name) +
                     " has no learning rate that a scheduler could change"};
  }
  for (std::size_t i = 0; i < spec.schedulers.size(); ++i) {
    const std::string stack = path + "/scheduler";
    auto made =
        assemble_scheduler(*parts.optimizer, spec.schedulers[i],
                           spec.schedulers.size() == 1 ? stack : stack + "/" + std::to_string(i));
    if (!made) return made.error();
    parts.schedulers.push_back(std::move(made).value());
  }
  if (spec.average) {
    auto made = assemble_average(*spec.average, *parts.problem, path + "/average");
    if (!made) return made.error();
    parts.average = std::move(made).value();
  }
  return parts;
}

Status check_edit(const Edit& edit, std::span<const std::unique_ptr<Run>> runs,
                  const std::string& path) {
  if (edit.run && *edit.run >= runs.size()) {
    return invalid(path + "/run", "run is " + std::to_string(*edit.run) + "; there are " +
                                      std::to_string(runs.size()) + " runs, counted from 0");
  }
  const auto check_parameter = [&](const std::string& key, const std::string& name) -> Status {
    const std::span<Parameter* const> all = runs.front()->problem().parameters();
    const bool exists = std::any_of(all.begin(), all.end(), [&](const Parameter* parameter) {
      return parameter->name() == name;
    });
    if (exists) return {};
    return invalid(path + "/" + key,
                   "\"" + name + "\" is not a parameter; they are " +
                       listed(all, [](const Parameter* known) { return known->name(); }));
  };
  if (const auto* freeze = std::get_if<Edit::Freeze>(&edit.action)) {
    return check_parameter("freeze", freeze->parameter);
  }
  if (const auto* unfreeze = std::get_if<Edit::Unfreeze>(&edit.action)) {
    return check_parameter("unfreeze", unfreeze->parameter);
  }
  if (std::holds_alternative<Edit::Loop>(edit.action)) return {};
  const auto& set = std::get<Edit::Set>(edit.action);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (edit.run && *edit.run != r) continue;
    const Optimizer& optimizer = runs[r]->optimizer();
    if (set.group && *set.group >= optimizer.group_count()) {
      return invalid(path + "/group", "group is " + std::to_string(*set.group) + "; run " +
                                          std::to_string(r) + " has " +
                                          std::to_string(optimizer.group_count()) + " groups");
    }
    for (const auto& [name, value] : set.options) {
      const auto known = optimizer.hyper(set.group.value_or(0), name);
      if (!known) return at(path + "/set/" + name, {known.error().code, "", known.error().message});
      if (!optimizer.check_hyper(set.group.value_or(0), name, value)) {
        return invalid(
            path + "/set/" + name,
            name + " is " + to_python(value) + "; it must be of the kind of " + to_python(*known));
      }
    }
  }
  return {};
}

}  // namespace steplab
