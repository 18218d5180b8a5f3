// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "steplab/analysis/diagnosis.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/problem/problem.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// What one run of an experiment came to. Trials are single runs: an experiment with one entry in
/// `runs`, whose steps are the trial's.
struct Trial {
  RunStatus status = RunStatus::kRunning;
  std::optional<RunError> error;
  std::size_t iterations = 0;         ///< completed
  std::vector<float> loss;            ///< per iteration, on its mini-batch; NaN where there is none
  std::vector<double> lr;             ///< per iteration, of the first group
  std::vector<std::uint64_t> digest;  ///< per iteration, of every bit of the parameters at its end
  std::vector<std::string> names;     ///< of the parameters
  std::vector<std::vector<float>> start;        ///< their values before the first iteration
  std::vector<std::vector<float>> end;          ///< and after the last
  std::vector<std::vector<float>> best;         ///< where an iteration with the lowest loss began
  std::vector<std::vector<float>> before_last;  ///< where the last iteration began
  std::optional<Evaluation> start_evaluation;   ///< of a task's start
  std::vector<std::string> warnings;            ///< PyTorch's schedulers'
  std::optional<float> last_loss;               ///< at the parameters with which it ended
  std::optional<Evaluation> evaluation;         ///< of a task's

  bool is_finite() const { return status == RunStatus::kCompleted; }
  /// What says best how good the parameters are in the end: a task's loss on all of its training
  /// data, else the last loss; not finite when the run diverged, NaN when there is none.
  double final_loss() const;
  /// The same of the parameters at the start.
  double first_loss() const;
  /// The norm of what all iterations changed.
  double movement() const;
};

/// One trial at work.
class TrialWork {
 public:
  explicit TrialWork(const Experiment& experiment);
  /// Runs up to so many iterations; false when the experiment cannot be run, or is done.
  bool advance(std::size_t iterations);
  /// Null when the experiment was refused.
  std::unique_ptr<Trial> take() { return std::move(trial_); }

 private:
  void remember_best();
  void finish();

  std::unique_ptr<Session> session_;
  std::unique_ptr<Trial> trial_;
  float best_loss_ = std::numeric_limits<float>::infinity();
};

/// Two trials from one start, side by side: whether and where a bit differs, or what the first
/// raises.
class ComparisonWork {
 public:
  ComparisonWork(const Experiment& one, const Experiment& canonical);
  bool advance(std::size_t iterations);
  std::unique_ptr<Verdict> take() { return std::move(verdict_); }

 private:
  void find_difference();
  void differ(const Parameter& parameter, std::size_t element, float value, float canonical);
  void find_error();

  std::unique_ptr<Session> one_;
  std::unique_ptr<Session> canonical_;
  std::unique_ptr<Verdict> verdict_;
};

}  // namespace steplab
