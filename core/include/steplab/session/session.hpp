// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/optim/averaged_weights.hpp"
#include "steplab/optim/checkpoint.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// Where a run stands.
enum class RunStatus { kRunning, kCompleted, kDiverged, kError };

/// "running", "completed", "diverged", "error".
std::string_view run_status_name(RunStatus status);

/// What a run raised, and where in its loop.
struct RunError {
  Error error;
  std::size_t step = 0;         ///< iteration, counted from 0
  std::size_t instruction = 0;  ///< index into the run's loop
};

/// One parameter as the table shows it. Spans are valid until the session moves.
struct ParameterView {
  const Parameter* parameter = nullptr;
  bool in_model = true;  ///< false: a layer that was replaced had it, and the optimizer still has
  std::optional<std::size_t> group;  ///< the param_group that owns it; nullopt: no optimizer does
  std::optional<std::span<const float>> update;  ///< what the last step() added; nullopt before any
  std::vector<StateEntry> state;
};

/// One run at this moment.
struct RunView {
  std::string_view label;
  RunStatus status = RunStatus::kRunning;
  const RunError* error = nullptr;
  std::size_t step = 0;  ///< iterations completed: less than the session's once the run has ended
  std::optional<float> loss;  ///< what `loss.item()` would print; nullopt before any forward
  std::vector<double> lr;     ///< per group
  /// The model's, in the order of model.parameters(); then those that have left it.
  std::vector<ParameterView> parameters;
  /// What PyTorch's schedulers would have warned of so far, each text once.
  std::vector<std::string_view> warnings;
  const AveragedWeights* average = nullptr;  ///< of the weights; null when the run keeps none
  const Inspector* inspector = nullptr;      ///< what inspect() watches; null when nothing
};

/// One run's columns, a value for every step from 0 (the start) to the furthest reached. Row k
/// tells of the parameters θ_k after k iterations. NaN where there is nothing to tell.
struct HistoryColumns {
  std::span<const float> loss;  ///< loss at θ_k on mini-batch k
  std::span<const double> lr;   ///< first group's learning rate on leaving θ_k
  std::span<const float>
      grad_norm;  ///< norm of the gradients that the last step() before θ_k consumed
  std::span<const float> update_norm;  ///< norm of what that step() added; 0 without one
  /// One column per parameter of the start, in its order: the value of what has that name now if it
  /// is a scalar, else its norm.
  std::vector<std::span<const float>> parameters;
};

/// The columns of a run's averaged weights, in the same rows; NaN before averaging has begun.
struct AverageColumns {
  std::span<const float> loss;
  std::vector<std::span<const float>> parameters;
};

/// Several runs over one problem, from one start, on the same mini-batches; the only door to the
/// core for wasm and the command line. It can be advanced by iterations and by single instructions,
/// and taken back to any step: going back and forward again gives the same bits.
class Session {
 public:
  /// Builds everything that stepping needs; stepping allocates nothing.
  static Result<std::unique_ptr<Session>> create(Experiment experiment);
  ~Session();

  const Experiment& experiment() const;

  /// Iterations completed; the loop line that advance_instruction() would run next.
  std::size_t iteration() const;
  std::size_t instruction() const;
  /// Whether all steps are done, or no run can go on.
  bool finished() const;

  /// Completes the iteration at hand, if any, and then up to `iterations` in all.
  void advance(std::size_t iterations);
  /// Runs one line of the loop in every run; disabled lines count.
  void advance_instruction();
  /// Goes to the start of an iteration that was reached before, 0 ≤ step ≤ furthest().
  Status rewind(std::size_t step);
  /// Goes to a line within an iteration; (step, 0) is rewind(step).
  Status seek(std::size_t step, std::size_t instruction);
  /// The largest iteration reached since the start or the last edit.
  std::size_t furthest() const;

  /// Adds an edit at the present iteration and forgets the history beyond it.
  Status edit(Edit edit);

  /// A run's present parameters and its optimizer's state_dict.
  Checkpoint checkpoint(std::size_t run) const;
  /// Has a run start from a checkpoint; only before anything was advanced. Edits at iteration 0
  /// happen after that. As in PyTorch the loaded hyper-parameters replace the document's, and a
  /// scheduler goes on from the learning rates that it was made with. Parameters that the
  /// checkpoint leaves out keep their start.
  Status start_from(std::size_t run, const Checkpoint& checkpoint);

  /// Has one element of a run's parameter watched: RunView::inspector tells what its last update
  /// was made of, also of the step that led here. An empty name ends it. Errors name the parameter
  /// or the element.
  Status inspect(std::size_t run, const std::string& parameter, std::size_t element);

  std::size_t run_count() const;
  RunView run(std::size_t index) const;
  HistoryColumns history(std::size_t index) const;
  /// nullopt where the run keeps no average.
  std::optional<AverageColumns> average_history(std::size_t index) const;
  /// The present loop of a run.
  const std::vector<Instruction>& loop(std::size_t index) const;

  /// The loss of a run's averaged weights on the present mini-batch; nullopt without an average or
  /// a loss.
  std::optional<float> average_loss(std::size_t run);
  /// Train and test figures of a run's present parameters.
  std::optional<Evaluation> evaluate(std::size_t run);
  /// The same of its averaged weights; nullopt also without an average, or before it has begun.
  std::optional<Evaluation> evaluate_average(std::size_t run);
  /// Class scores on a grid over the first two features, row-major from the lowest y upwards:
  /// [rows·columns, classes]. Error where the problem has no two-dimensional classifier.
  Result<std::vector<float>> decision_map(std::size_t run, std::span<const double, 4> view,
                                          std::size_t columns, std::size_t rows);
  /// The data of a task, or null.
  const struct Dataset* dataset() const;

 private:
  struct Implementation;
  explicit Session(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace steplab
