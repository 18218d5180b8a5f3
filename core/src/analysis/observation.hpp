// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// One step() and what it found. "Fresh" gradients have been consumed by no step() before.
struct StepSeen {
  std::size_t iteration = 0;
  std::size_t line = 0;
  std::size_t backwards = 0;             ///< whose gradients `.grad` holds
  std::size_t fresh_backwards = 0;       ///< of them, those since the last step()
  std::size_t own_backwards = 0;         ///< of them, those of this iteration
  std::size_t own_forwards = 0;          ///< forwards of this iteration before it
  bool has_grads = false;                ///< whether any parameter that the optimizer owns has one
  bool is_followed_by_backward = false;  ///< in the same iteration
  float grad_norm = 0.0F;                ///< of what it consumed
  float batch_grad_norm = 0.0F;          ///< of what the last backward alone added
  float update_norm = 0.0F;              ///< of what it added to the parameters
  double lr = std::numeric_limits<double>::quiet_NaN();  ///< of the first group
  std::size_t scheduler_steps = 0;                       ///< before it, in all
};

/// A zero_grad() that dropped gradients which no step() had consumed.
struct GradientsLost {
  std::size_t iteration = 0;
  std::size_t line = 0;
  std::size_t backwards = 0;
  std::size_t own_backwards = 0;  ///< of them, those of this iteration
  float grad_norm = 0.0F;
};

/// A clipping line and the gradients that it met.
struct ClipSeen {
  std::size_t iteration = 0;
  std::size_t line = 0;
  bool has_grads = false;
  float norm_before = 0.0F;
  float norm_after = 0.0F;
  bool is_last_word = false;   ///< the next step() consumed what it left
  float consumed_norm = 0.0F;  ///< what the next step() consumed; NaN when there was none
};

/// What happened to one parameter.
struct ParameterSeen {
  std::string name;
  std::size_t elements = 0;
  bool is_owned = true;               ///< by a group of the optimizer, in the end
  bool in_model = true;               ///< false: its layer was replaced
  std::optional<std::size_t> new_in;  ///< the iteration in which its layer was added
  float largest_grad_norm = 0.0F;
  float first_grad_norm = -1.0F;  ///< after the first backward; negative when there was none
  double movement = 0.0;          ///< norm of the sum of its updates: how far it came
  // While requires_grad was False:
  std::optional<std::size_t> frozen_from;      ///< the first iteration
  std::optional<std::size_t> moved_frozen_at;  ///< the first iteration in which a step() moved it
  double frozen_movement = 0.0;                ///< sum of the norms of those updates
  bool frozen_with_grad = false;               ///< it had a gradient then, perhaps of zeros
  float frozen_grad_norm = 0.0F;               ///< the largest
};

/// A run watched line by line.
struct Observation {
  std::size_t iterations = 0;
  std::vector<std::size_t> executions;  ///< per line of the loop
  std::vector<StepSeen> steps;
  std::vector<GradientsLost> lost;
  std::vector<ClipSeen> clips;
  std::vector<ParameterSeen> parameters;
  /// Backwards in an iteration beyond its first, before a step(): of one and the same batch.
  std::size_t repeated_backwards = 0;
  std::optional<std::size_t> repeated_backward_line;
  /// Since the last forward, when the run ended.
  std::size_t backwards_since_forward = 0;
  std::size_t scheduler_steps = 0;
  /// Iterations in which the schedulers stepped more than once, and the second line.
  std::size_t repeated_scheduler_steps = 0;
  std::optional<std::size_t> repeated_scheduler_line;
  /// Scheduler steps before the first step() that found gradients.
  std::size_t early_scheduler_steps = 0;

  std::size_t executions_of(const std::vector<Instruction>& loop, InstructionKind kind) const;
};

/// One observation at work.
class ObservationWork {
 public:
  explicit ObservationWork(const Experiment& experiment);
  bool advance(std::size_t iterations);
  std::unique_ptr<Observation> take() { return std::move(seen_); }

 private:
  void run_line(const Instruction& line, std::size_t index, std::size_t iteration);
  void note_zero_grad(std::size_t index, std::size_t iteration, float norm_before);
  void expect_backward(std::size_t iteration);
  void note_backward(std::size_t index, const RunView& after);
  void note_step(std::size_t index, std::size_t iteration, const RunView& after, float norm_before);
  void note_clip(std::size_t index, std::size_t iteration, float norm_before, const RunView& after);
  void remember_grads(const RunView& view);
  std::size_t place_of(const Parameter& parameter);
  void finish();

  std::unique_ptr<Session> session_;
  std::unique_ptr<Observation> seen_;
  // By their places in seen_->parameters.
  std::vector<const Parameter*> known_;
  std::vector<std::vector<float>> grads_;  // before the backward at hand; empty for None
  std::vector<std::vector<float>> starts_;
  std::vector<bool> frozen_;  // before the step at hand
  std::size_t backwards_ = 0;
  std::size_t fresh_ = 0;
  std::size_t own_backwards_ = 0;
  std::size_t own_forwards_ = 0;
  std::size_t backwards_since_step_ = 0;
  std::size_t own_scheduler_steps_ = 0;
  float batch_norm_ = 0.0F;
  std::vector<std::size_t> open_clips_;  // whose step() has not come
};

}  // namespace steplab
