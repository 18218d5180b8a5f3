// SPDX-License-Identifier: MIT
#include "analysis/observation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace steplab {
namespace {

float grad_norm(const RunView& run, bool owned_alone) {
  double squares = 0.0;
  for (const ParameterView& view : run.parameters) {
    if (owned_alone && !view.group) continue;
    if (view.parameter->has_grad()) squares += sum_of_squares(view.parameter->grad().span());
  }
  return static_cast<float>(std::sqrt(squares));
}

bool has_grads(const RunView& run) {
  return std::any_of(run.parameters.begin(), run.parameters.end(), [](const ParameterView& view) {
    return view.group && view.parameter->has_grad();
  });
}

}  // namespace

std::size_t Observation::executions_of(const std::vector<Instruction>& loop,
                                       InstructionKind kind) const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < loop.size() && i < executions.size(); ++i) {
    if (loop[i].kind == kind) count += executions[i];
  }
  return count;
}

ObservationWork::ObservationWork(const Experiment& experiment) {
  auto session = Session::create(experiment);
  if (!session) return;
  session_ = std::move(session).value();
  seen_ = std::make_unique<Observation>();
  seen_->executions.assign(session_->loop(0).size(), 0);
  const RunView run = session_->run(0);
  for (const ParameterView& view : run.parameters) place_of(*view.parameter);
}

// Where a parameter is kept; one that was not there before is new.
std::size_t ObservationWork::place_of(const Parameter& parameter) {
  const auto found = std::find(known_.begin(), known_.end(), &parameter);
  if (found != known_.end()) return static_cast<std::size_t>(found - known_.begin());
  known_.push_back(&parameter);
  const std::span<const float> value = parameter.value().span();
  starts_.emplace_back(value.begin(), value.end());
  grads_.emplace_back();
  ParameterSeen& seen = seen_->parameters.emplace_back();
  seen.name = parameter.name();
  seen.elements = value.size();
  if (session_->iteration() > 0 || session_->instruction() > 0) seen.new_in = session_->iteration();
  return known_.size() - 1;
}

bool ObservationWork::advance(std::size_t iterations) {
  if (!session_) return false;
  for (; iterations > 0 && !session_->finished(); --iterations) {
    const std::size_t iteration = session_->iteration();
    own_backwards_ = 0;
    own_forwards_ = 0;
    backwards_since_step_ = 0;
    own_scheduler_steps_ = 0;
    while (session_->iteration() == iteration && !session_->finished()) {
      const std::size_t index = session_->instruction();
      const std::vector<Instruction>& loop = session_->loop(0);
      if (index < loop.size() && loop[index].is_due(iteration)) {
        run_line(loop[index], index, iteration);
      } else {
        session_->advance_instruction();
      }
    }
    seen_->iterations = session_->iteration();
  }
  if (!session_->finished()) return true;
  finish();
  return false;
}

void ObservationWork::finish() {
  for (ParameterSeen& parameter : seen_->parameters) {
    parameter.is_owned = false;
    parameter.in_model = false;
  }
  const RunView run = session_->run(0);
  for (const ParameterView& view : run.parameters) {
    const std::size_t place = place_of(*view.parameter);
    const std::span<const float> value = view.parameter->value().span();
    double squares = 0.0;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const double change = static_cast<double>(value[i]) - static_cast<double>(starts_[place][i]);
      squares += change * change;
    }
    ParameterSeen& parameter = seen_->parameters[place];
    parameter.movement = std::sqrt(squares);
    parameter.is_owned = view.group.has_value();
    parameter.in_model = view.in_model;
  }
  session_.reset();
}

void ObservationWork::run_line(const Instruction& line, std::size_t index, std::size_t iteration) {
  const RunView before = session_->run(0);
  const bool is_step = line.kind == InstructionKind::kStep;
  const float norm_before = grad_norm(before, is_step);
  if (line.kind == InstructionKind::kBackward) {
    remember_grads(before);
    expect_backward(iteration);
  }
  if (is_step) {
    for (const ParameterView& view : before.parameters) {
      const std::size_t place = place_of(*view.parameter);
      frozen_.resize(known_.size());
      frozen_[place] = !view.parameter->requires_grad();
    }
    StepSeen& step = seen_->steps.emplace_back();
    step.has_grads = has_grads(before);
    step.lr = before.lr.empty() ? step.lr : before.lr.front();
  }

  session_->advance_instruction();
  if (index >= seen_->executions.size()) seen_->executions.resize(index + 1, 0);
  ++seen_->executions[index];
  const RunView after = session_->run(0);
  if (after.status == RunStatus::kError) return;
  switch (line.kind) {
    case InstructionKind::kZeroGrad:
      note_zero_grad(index, iteration, norm_before);
      break;
    case InstructionKind::kForward:
      ++own_forwards_;
      seen_->backwards_since_forward = 0;
      break;
    case InstructionKind::kBackward:
      note_backward(index, after);
      break;
    case InstructionKind::kStep:
      note_step(index, iteration, after, norm_before);
      break;
    case InstructionKind::kSchedulerStep:
      if (std::none_of(seen_->steps.begin(), seen_->steps.end(),
                       [](const StepSeen& step) { return step.has_grads; })) {
        ++seen_->early_scheduler_steps;
      }
      ++seen_->scheduler_steps;
      if (++own_scheduler_steps_ > 1) {
        ++seen_->repeated_scheduler_steps;
        if (!seen_->repeated_scheduler_line) seen_->repeated_scheduler_line = index;
      }
      break;
    case InstructionKind::kClipGradNorm:
    case InstructionKind::kClipGradValue:
      note_clip(index, iteration, norm_before, after);
      break;
    default:
      // Layers that are new are met here.
      for (const ParameterView& view : after.parameters) place_of(*view.parameter);
      break;
  }
}

void ObservationWork::note_zero_grad(std::size_t index, std::size_t iteration, float norm_before) {
  if (fresh_ > 0) seen_->lost.push_back({iteration, index, fresh_, own_backwards_, norm_before});
  backwards_ = 0;
  fresh_ = 0;
  own_backwards_ = 0;
  backwards_since_step_ = 0;
}

// Also of a backward that raises.
void ObservationWork::expect_backward(std::size_t iteration) {
  for (auto step = seen_->steps.rbegin(); step != seen_->steps.rend(); ++step) {
    if (step->iteration != iteration) break;
    step->is_followed_by_backward = true;
  }
}

void ObservationWork::note_backward(std::size_t index, const RunView& after) {
  double squares = 0.0;
  for (const ParameterView& view : after.parameters) {
    const Parameter& parameter = *view.parameter;
    if (!parameter.has_grad()) continue;
    const std::size_t p = place_of(parameter);
    const std::span<const float> grad = parameter.grad().span();
    const float norm = static_cast<float>(std::sqrt(sum_of_squares(grad)));
    ParameterSeen& seen = seen_->parameters[p];
    seen.largest_grad_norm = std::max(seen.largest_grad_norm, norm);
    if (seen.first_grad_norm < 0.0F) seen.first_grad_norm = norm;
    for (std::size_t i = 0; i < grad.size(); ++i) {
      const bool was_there = i < grads_[p].size();
      const double added =
          static_cast<double>(grad[i]) - (was_there ? static_cast<double>(grads_[p][i]) : 0.0);
      squares += added * added;
    }
  }
  batch_norm_ = static_cast<float>(std::sqrt(squares));
  ++backwards_;
  ++fresh_;
  ++own_backwards_;
  ++seen_->backwards_since_forward;
  if (++backwards_since_step_ > 1) {
    ++seen_->repeated_backwards;
    if (!seen_->repeated_backward_line) seen_->repeated_backward_line = index;
  }
  // What an earlier clipping left is no longer what step() will consume.
  for (const std::size_t clip : open_clips_) seen_->clips[clip].is_last_word = false;
}

void ObservationWork::note_step(std::size_t index, std::size_t iteration, const RunView& after,
                                float norm_before) {
  StepSeen& step = seen_->steps.back();
  step.iteration = iteration;
  step.line = index;
  step.backwards = backwards_;
  step.fresh_backwards = fresh_;
  step.own_backwards = own_backwards_;
  step.own_forwards = own_forwards_;
  step.grad_norm = norm_before;
  step.batch_grad_norm = batch_norm_;
  step.scheduler_steps = seen_->scheduler_steps;
  double squares = 0.0;
  for (const ParameterView& view : after.parameters) {
    const double update_squares = view.update ? sum_of_squares(*view.update) : 0.0;
    squares += update_squares;
    const std::size_t place = place_of(*view.parameter);
    // As it was for the step: behind the last line the next iteration's edits have been made.
    if (!frozen_[place]) continue;
    ParameterSeen& parameter = seen_->parameters[place];
    if (!parameter.frozen_from) parameter.frozen_from = iteration;
    if (update_squares == 0.0) continue;
    if (!parameter.moved_frozen_at) parameter.moved_frozen_at = iteration;
    parameter.frozen_movement += std::sqrt(update_squares);
    if (!view.parameter->has_grad()) continue;
    parameter.frozen_with_grad = true;
    const double norm = std::sqrt(sum_of_squares(view.parameter->grad().span()));
    parameter.frozen_grad_norm = std::max(parameter.frozen_grad_norm, static_cast<float>(norm));
  }
  step.update_norm = static_cast<float>(std::sqrt(squares));
  fresh_ = 0;
  backwards_since_step_ = 0;
  for (const std::size_t clip : open_clips_) seen_->clips[clip].consumed_norm = norm_before;
  open_clips_.clear();
}

void ObservationWork::note_clip(std::size_t index, std::size_t iteration, float norm_before,
                                const RunView& after) {
  ClipSeen clip;
  clip.iteration = iteration;
  clip.line = index;
  clip.has_grads = has_grads(after);
  clip.norm_before = norm_before;
  clip.norm_after = grad_norm(after, false);
  clip.is_last_word = fresh_ > 0;
  clip.consumed_norm = std::numeric_limits<float>::quiet_NaN();
  open_clips_.push_back(seen_->clips.size());
  seen_->clips.push_back(clip);
}

void ObservationWork::remember_grads(const RunView& view) {
  for (const ParameterView& each : view.parameters) {
    std::vector<float>& grads = grads_[place_of(*each.parameter)];
    grads.clear();
    if (!each.parameter->has_grad()) continue;
    const std::span<const float> grad = each.parameter->grad().span();
    grads.assign(grad.begin(), grad.end());
  }
}

}  // namespace steplab
