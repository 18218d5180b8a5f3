// SPDX-License-Identifier: MIT
#include "session/run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "session/run_closure.hpp"
#include "steplab/optim/clip.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

std::string_view run_status_name(RunStatus status) {
  switch (status) {
    case RunStatus::kRunning:
      return "running";
    case RunStatus::kCompleted:
      return "completed";
    case RunStatus::kDiverged:
      return "diverged";
    case RunStatus::kError:
      return "error";
  }
  return "unknown";
}

Run::Run(RunSource source, RunParts parts)
    : source_(std::move(source)),
      problem_(std::move(parts.problem)),
      optimizer_(std::move(parts.optimizer)),
      schedulers_(std::move(parts.schedulers)),
      average_(std::move(parts.average)),
      loop_(source_.loop()) {
  track_parameters();
}

void Run::track_parameters() {
  owned_.clear();
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
    const std::span<Parameter* const> parameters = optimizer_->group_parameters(group);
    owned_.insert(owned_.end(), parameters.begin(), parameters.end());
  }
  std::vector<Tracked> before = std::exchange(tracked_, {});
  const auto track = [&](Parameter* parameter, bool in_model) {
    const auto is_it = [&](const Tracked& known) { return known.parameter == parameter; };
    if (std::any_of(tracked_.begin(), tracked_.end(), is_it)) return;
    const auto found = std::find_if(before.begin(), before.end(), is_it);
    tracked_.push_back(found != before.end()
                           ? std::move(*found)
                           : Tracked{parameter, in_model, Tensor(parameter->shape())});
    tracked_.back().in_model = in_model;
  };
  for (Parameter* parameter : problem_->parameters()) track(parameter, true);
  for (Parameter* parameter : owned_) track(parameter, false);
}

bool Run::is_due(std::size_t line, std::size_t iteration) const {
  return line < loop_.size() && loop_[line].is_due(iteration);
}

bool Run::would_lose_start_loss(std::size_t line, std::size_t iteration) const {
  return is_due(line, iteration) && loop_[line].moves_parameters() && !record_.has_stepped &&
         !record_.loss_at_start;
}

void Run::execute(std::size_t line, std::size_t iteration) {
  if (!is_due(line, iteration)) return;
  const Status outcome = perform(loop_[line], iteration);
  if (!outcome) {
    status_ = RunStatus::kError;
    error_ = RunError{outcome.error(), iteration, line};
  }
}

Status Run::perform(const Instruction& line, std::size_t iteration) {
  switch (line.kind) {
    case InstructionKind::kZeroGrad:
      optimizer_->zero_grad(line.set_to_none);
      return {};
    case InstructionKind::kForward:
      return forward(line, iteration);
    case InstructionKind::kBackward:
      return problem_->backward(line.retain_graph);
    case InstructionKind::kStep:
      return step_optimizer(iteration);
    case InstructionKind::kSchedulerStep:
      return step_schedulers();
    case InstructionKind::kClipGradNorm:
    case InstructionKind::kClipGradValue:
      return clip(line);
    case InstructionKind::kScaleLoss:
      return problem_->scale_loss(line.divisor);
    case InstructionKind::kDetach:
      return problem_->detach_loss();
    case InstructionKind::kFreeze:
      return set_requires_grad(line.group.params, false);
    case InstructionKind::kUnfreeze:
      return set_requires_grad(line.group.params, true);
    case InstructionKind::kSaveState:
      saved_.save(*problem_, *optimizer_);
      return {};
    case InstructionKind::kLoadState:
      return saved_.load(*problem_, *optimizer_);
    case InstructionKind::kAddLayer:
    case InstructionKind::kReplaceLayer:
    case InstructionKind::kAddParamGroup:
    case InstructionKind::kRecreateOptimizer:
      return change_structure(line);
  }
  return {};
}

Status Run::forward(const Instruction& line, std::size_t iteration) {
  note_new_layers();
  problem_->forward(iteration, !line.no_grad);
  if (!record_.has_stepped && !record_.loss_at_start) record_.loss_at_start = problem_->loss();
  return {};
}

// The model's parameters, or with groups what the optimizer was given: what a script would clip.
Status Run::clip(const Instruction& line) {
  const std::span<Parameter* const> clipped =
      source_.spec().param_groups.empty() ? problem_->parameters() : owned_;
  if (line.kind == InstructionKind::kClipGradValue) {
    return clip_grad_value(clipped, line.limit);
  }
  const auto total = clip_grad_norm(clipped, line.limit, {line.norm_type, line.error_if_nonfinite});
  return total ? Status() : Status(total.error());
}

Status Run::set_requires_grad(const std::vector<std::string>& names, bool requires_grad) {
  for (const std::string& name : names) {
    const auto parameter = parameter_named(name);
    if (!parameter) return parameter.error();
    (*parameter)->set_requires_grad(requires_grad);
  }
  return {};
}

Result<Parameter*> Run::parameter_named(std::string_view name) const {
  std::string known;
  for (Parameter* parameter : problem_->parameters()) {
    if (parameter->name() == name) return parameter;
    known += (known.empty() ? "" : ", ") + parameter->name();
  }
  return Error{ErrorCode::kLoop, "",
               "\"" + std::string(name) + "\" is not a parameter of the model; they are " + known};
}

Status Run::step_schedulers() {
  if (schedulers_.empty()) return Error{ErrorCode::kLoop, "", "name 'scheduler' is not defined"};
  const std::optional<float> loss = problem_->loss();
  for (const auto& scheduler : schedulers_) {
    if (scheduler->needs_metric() && !loss) {
      return Error{ErrorCode::kLoop, "", "name 'loss' is not defined"};
    }
    if (Status status = scheduler->step(loss); !status) return status;
  }
  return {};
}

Status Run::step_optimizer(std::size_t iteration) {
  double grad_squares = 0.0;
  for (const Parameter* parameter : owned_) {
    if (parameter->has_grad()) grad_squares += sum_of_squares(parameter->grad().span());
  }

  for (Tracked& tracked : tracked_) {
    const std::span<const float> before = tracked.parameter->value().span();
    std::copy(before.begin(), before.end(), tracked.update.span().begin());
  }
  RunClosure closure(*problem_, *optimizer_, iteration);
  const bool evaluates = optimizer_->needs_closure();
  if (evaluates) note_new_layers();
  const Status outcome = optimizer_->step(evaluates ? &closure : nullptr);
  if (average_ && outcome) average_->after_step();
  double update_squares = 0.0;
  for (Tracked& tracked : tracked_) {
    const std::span<const float> after = tracked.parameter->value().span();
    const std::span<float> update = tracked.update.span();
    for (std::size_t k = 0; k < update.size(); ++k) update[k] = after[k] - update[k];
    update_squares += sum_of_squares(update);
    tracked.has_update = true;
  }

  record_.has_stepped = true;
  record_.grad_norm = static_cast<float>(std::sqrt(grad_squares));
  record_.update_norm = static_cast<float>(std::sqrt(update_squares));
  return outcome;
}

void Run::check_divergence() {
  if (!is_running()) return;
  bool is_finite = !record_.loss_at_start || std::isfinite(*record_.loss_at_start);
  for (const Parameter* parameter : problem_->parameters()) {
    // A sum of squares in double is finite exactly when every float32 in it is.
    is_finite = is_finite && std::isfinite(sum_of_squares(parameter->value().span()));
  }
  if (!is_finite) status_ = RunStatus::kDiverged;
}

void Run::complete() {
  if (is_running()) status_ = RunStatus::kCompleted;
}

Status Run::inspect(const std::string& name, std::size_t element) {
  inspector_.release();
  inspected_.clear();
  optimizer_->set_inspector(nullptr);
  if (name.empty()) return {};
  for (const Parameter* parameter : problem_->parameters()) {
    if (parameter->name() != name) continue;
    if (element >= parameter->value().size()) {
      return Error{ErrorCode::kInvalidArgument, "",
                   "element is " + std::to_string(element) + "; " + name + " has " +
                       std::to_string(parameter->value().size()) + " elements, counted from 0"};
    }
    inspector_.watch(*parameter, element);
    inspected_ = name;
    optimizer_->set_inspector(&inspector_);
    return {};
  }
  return Error{ErrorCode::kInvalidArgument, "", "\"" + name + "\" is not a parameter"};
}

void Run::watch_again() {
  const std::size_t element = inspector_.element();
  const std::string name = inspected_;
  if (is_inspected() && !inspect(name, element)) inspected_.clear();
}

void Run::apply(const Edit& edit) {
  const auto end_with = [&](const Status& outcome) {
    if (outcome) return;
    status_ = RunStatus::kError;
    error_ = RunError{outcome.error(), edit.at, 0};
  };
  if (const auto* freeze = std::get_if<Edit::Freeze>(&edit.action)) {
    end_with(set_requires_grad({freeze->parameter}, false));
  } else if (const auto* unfreeze = std::get_if<Edit::Unfreeze>(&edit.action)) {
    end_with(set_requires_grad({unfreeze->parameter}, true));
  } else if (const auto* loop = std::get_if<Edit::Loop>(&edit.action)) {
    loop_ = loop->lines;
  } else if (const auto* set = std::get_if<Edit::Set>(&edit.action)) {
    for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
      if (set->group && *set->group != group) continue;
      for (const auto& [name, value] : set->options) {
        end_with(optimizer_->set_hyper(group, name, value));
      }
    }
  }
}

std::optional<std::size_t> Run::group_of(const Parameter& parameter) const {
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
    for (const Parameter* member : optimizer_->group_parameters(group)) {
      if (member == &parameter) return group;
    }
  }
  return std::nullopt;
}

RunView Run::view() const {
  RunView view;
  view.label = label();
  view.status = status_;
  view.error = status_ == RunStatus::kError ? &*error_ : nullptr;
  view.step = step_;
  view.loss = problem_->loss();
  view.average = average_.get();
  for (const auto& scheduler : schedulers_) {
    for (const std::string_view warning : scheduler->warnings()) {
      const auto known = std::find(view.warnings.begin(), view.warnings.end(), warning);
      if (known == view.warnings.end()) view.warnings.push_back(warning);
    }
  }
  if (is_inspected()) view.inspector = &inspector_;
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
    view.lr.push_back(optimizer_->lr(group));
  }
  for (const Tracked& tracked : tracked_) {
    ParameterView& row = view.parameters.emplace_back();
    row.parameter = tracked.parameter;
    row.in_model = tracked.in_model;
    row.group = group_of(*tracked.parameter);
    if (tracked.has_update) row.update = tracked.update.span();
    row.state = optimizer_->state(*tracked.parameter);
  }
  return view;
}

void Run::archive(Archive& archive) {
  std::size_t structure = structures_.current();
  archive.value(structure);
  if (archive.is_restoring()) restructure(structure);
  problem_->archive(archive);
  optimizer_->archive(archive);
  if (scheduled_) scheduled_->archive(archive);
  for (const auto& scheduler : schedulers_) scheduler->archive(archive);
  if (average_) average_->archive(archive);
  saved_.archive(archive);
  for (Tracked& tracked : tracked_) {
    archive.values(tracked.update.span());
    archive.value(tracked.has_update);
  }
  archive.value(step_);
  archive.value(status_);
  // What was recorded belongs to a step that is no longer the last one.
  if (archive.is_restoring()) inspector_.clear();
}

}  // namespace steplab
