// SPDX-License-Identifier: MIT
#include "session/run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "session/run_closure.hpp"
#include "steplab/optim/clip.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

Run::Run(std::string label, std::unique_ptr<Problem> problem, std::unique_ptr<Optimizer> optimizer,
         std::vector<std::unique_ptr<Scheduler>> schedulers,
         std::unique_ptr<AveragedWeights> average, std::vector<Instruction> loop)
    : label_(std::move(label)),
      problem_(std::move(problem)),
      optimizer_(std::move(optimizer)),
      schedulers_(std::move(schedulers)),
      average_(std::move(average)),
      loop_(std::move(loop)) {
  for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
    const std::span<Parameter* const> parameters = optimizer_->group_parameters(group);
    owned_.insert(owned_.end(), parameters.begin(), parameters.end());
  }
  for (const Parameter* parameter : problem_->parameters()) {
    updates_.emplace_back(parameter->shape());
  }
}

bool Run::is_due(std::size_t line, std::size_t iteration) const {
  return line < loop_.size() && loop_[line].enabled && (iteration + 1) % loop_[line].every == 0;
}

bool Run::would_lose_start_loss(std::size_t line, std::size_t iteration) const {
  return is_due(line, iteration) && loop_[line].kind == InstructionKind::kStep &&
         !record_.has_stepped && !record_.loss_at_start;
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
      problem_->forward(iteration);
      if (!record_.has_stepped && !record_.loss_at_start) record_.loss_at_start = problem_->loss();
      return {};
    case InstructionKind::kBackward:
      return problem_->backward(line.retain_graph);
    case InstructionKind::kStep:
      return step_optimizer(iteration);
    case InstructionKind::kSchedulerStep:
      return step_schedulers();
    case InstructionKind::kClipGradNorm:
      if (const auto total =
              clip_grad_norm(owned_, line.limit, {line.norm_type, line.error_if_nonfinite});
          !total) {
        return total.error();
      }
      return {};
    case InstructionKind::kClipGradValue:
      clip_grad_value(owned_, line.limit);
      return {};
  }
  return {};
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

  const std::span<Parameter* const> parameters = problem_->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::span<const float> before = parameters[i]->value().span();
    std::copy(before.begin(), before.end(), updates_[i].span().begin());
  }
  RunClosure closure(*problem_, *optimizer_, iteration);
  const Status outcome = optimizer_->step(optimizer_->needs_closure() ? &closure : nullptr);
  if (average_ && outcome) average_->after_step();
  double update_squares = 0.0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::span<const float> after = parameters[i]->value().span();
    const std::span<float> update = updates_[i].span();
    for (std::size_t k = 0; k < update.size(); ++k) update[k] = after[k] - update[k];
    update_squares += sum_of_squares(update);
  }

  has_updates_ = true;
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
    optimizer_->set_inspector(&inspector_);
    return {};
  }
  return Error{ErrorCode::kInvalidArgument, "", "\"" + name + "\" is not a parameter"};
}

void Run::apply(const Edit& edit) {
  const auto set_requires_grad = [this](const std::string& name, bool requires_grad) {
    for (Parameter* parameter : problem_->parameters()) {
      if (parameter->name() == name) parameter->set_requires_grad(requires_grad);
    }
  };
  if (const auto* freeze = std::get_if<Edit::Freeze>(&edit.action)) {
    set_requires_grad(freeze->parameter, false);
  } else if (const auto* unfreeze = std::get_if<Edit::Unfreeze>(&edit.action)) {
    set_requires_grad(unfreeze->parameter, true);
  } else if (const auto* set = std::get_if<Edit::Set>(&edit.action)) {
    for (std::size_t group = 0; group < optimizer_->group_count(); ++group) {
      if (set->group && *set->group != group) continue;
      for (const auto& [name, value] : set->options) {
        const Status outcome = optimizer_->set_hyper(group, name, value);
        if (!outcome) {
          status_ = RunStatus::kError;
          error_ = RunError{outcome.error(), edit.at, 0};
        }
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
  view.label = label_;
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
  const std::span<Parameter* const> parameters = problem_->parameters();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    ParameterView& row = view.parameters.emplace_back();
    row.parameter = parameters[i];
    row.group = group_of(*parameters[i]);
    if (has_updates_) row.update = updates_[i].span();
    row.state = optimizer_->state(*parameters[i]);
  }
  return view;
}

void Run::archive(Archive& archive) {
  problem_->archive(archive);
  optimizer_->archive(archive);
  for (const auto& scheduler : schedulers_) scheduler->archive(archive);
  if (average_) average_->archive(archive);
  for (Tensor& update : updates_) archive.values(update.span());
  archive.value(has_updates_);
  archive.value(step_);
  archive.value(status_);
  // What was recorded belongs to a step that is no longer the last one.
  if (archive.is_restoring()) inspector_.clear();
}

}  // namespace steplab
