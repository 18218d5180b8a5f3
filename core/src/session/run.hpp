// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "session/run_source.hpp"
#include "session/saved_state.hpp"
#include "session/structures.hpp"
#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/optim/averaged_weights.hpp"
#include "steplab/optim/checkpoint.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/scheduler.hpp"
#include "steplab/problem/problem.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// What one iteration of a run's loop has to tell its history.
struct IterationRecord {
  std::optional<float> loss_at_start;  ///< loss at the parameters with which the iteration began
  bool has_stepped = false;
  float grad_norm = std::numeric_limits<float>::quiet_NaN();  ///< consumed by the last step()
  float update_norm = 0.0F;                                   ///< added by the last step()
};

/// One contestant: a problem, an optimizer that may own only some of its parameters, perhaps
/// schedulers and an average of the weights, and the loop that drives them.
class Run {
 public:
  Run(RunSource source, RunParts parts);

  const std::string& label() const { return source_.spec().label; }
  const std::vector<Instruction>& loop() const { return loop_; }
  Problem& problem() { return *problem_; }
  Optimizer& optimizer() { return *optimizer_; }
  /// Iterations completed.
  std::size_t step() const { return step_; }
  bool is_running() const { return status_ == RunStatus::kRunning; }
  RunStatus status() const { return status_; }
  /// Whether the run was still going when that iteration began.
  bool took_part(std::size_t iteration) const {
    return is_running() || (status_ == RunStatus::kError && error_->step == iteration);
  }

  /// Forgets what the last iteration recorded.
  void begin_iteration() { record_ = IterationRecord{}; }

  /// Whether running this line would move the parameters before anyone saw the loss at the
  /// iteration's start; whoever keeps a history looks first.
  bool would_lose_start_loss(std::size_t line, std::size_t iteration) const;
  void set_loss_at_start(std::optional<float> loss) { record_.loss_at_start = loss; }

  /// Runs a line of the loop unless it is absent, disabled or not due in this iteration (counted
  /// from 0). What it raises ends the run.
  void execute(std::size_t line, std::size_t iteration);

  const IterationRecord& record() const { return record_; }

  /// Counts an iteration as completed.
  void end_iteration() { ++step_; }
  /// Ends the run as diverged when its parameters or the iteration's loss are no longer finite.
  void check_divergence();
  /// Ends the run as completed if it is still running.
  void complete();

  /// Has one element watched from the next step() on; empty name: none.
  Status inspect(const std::string& parameter, std::size_t element);
  bool is_inspected() const { return inspector_.parameter() != nullptr; }

  /// Applies an edit's action; the session has checked that it names things that exist.
  void apply(const Edit& edit);
  /// Goes back to the loop of the document, before edits of it are applied again.
  void reset_loop() { loop_ = source_.loop(); }

  /// Whether the model still has the layers that it began with.
  bool has_first_layers() const { return structures_.layer_changes() == 0; }
  /// A problem with the present layers, for looking at losses; its values are arbitrary.
  Problem& look_alike();

  /// The parameters and the optimizer's state_dict.
  Checkpoint checkpoint() const;
  /// Takes them over. Errors name the parameter that does not fit, or are load_state_dict's.
  Status start_from(const Checkpoint& checkpoint);

  /// The average of the weights that the run keeps, or null.
  const AveragedWeights* average() const { return average_.get(); }

  RunView view() const;

  void archive(Archive& archive);

 private:
  /// A parameter of the model, or one that has left it but that the optimizer still owns.
  struct Tracked {
    Parameter* parameter;
    bool in_model;
    Tensor update;  ///< what the last step() added
    bool has_update = false;
  };

  bool is_due(std::size_t line, std::size_t iteration) const;
  Status perform(const Instruction& line, std::size_t iteration);
  Status forward(const Instruction& line, std::size_t iteration);
  Status step_schedulers();
  Status step_optimizer(std::size_t iteration);
  Status clip(const Instruction& line);
  Status set_requires_grad(const std::vector<std::string>& names, bool requires_grad);
  Result<Parameter*> parameter_named(std::string_view name) const;
  std::optional<std::size_t> group_of(const Parameter& parameter) const;
  void track_parameters();
  void watch_again();

  Status change_structure(const Instruction& line);
  Status make(const StructureChange& change);
  Status after_layers(Status changed);
  Status recreate_optimizer();
  void note_new_layers();
  void restructure(std::size_t structure);

  RunSource source_;
  std::unique_ptr<Problem> problem_;
  std::unique_ptr<Optimizer> optimizer_;
  /// The optimizer that the schedulers were made for, once the loop has made itself another.
  std::unique_ptr<Optimizer> scheduled_;
  std::vector<std::unique_ptr<Scheduler>> schedulers_;
  std::unique_ptr<AveragedWeights> average_;
  Structures structures_;
  std::unique_ptr<Problem> look_alike_;
  std::size_t look_alike_structure_ = 0;
  SavedState saved_;
  Inspector inspector_;
  std::string inspected_;  ///< the parameter that is watched, by name
  std::vector<Instruction> loop_;
  std::vector<Parameter*> owned_;  ///< what the optimizer was given
  std::vector<Tracked> tracked_;   ///< the model's parameters, then those that it has lost
  IterationRecord record_;
  std::size_t step_ = 0;  ///< iterations completed
  RunStatus status_ = RunStatus::kRunning;
  std::optional<RunError> error_;
};

}  // namespace steplab
