// SPDX-License-Identifier: MIT
#include "analysis/rescue_sweep.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMaxIterations = 300;

struct Row {
  const char* title;
  const char* name;
  double momentum;
  std::array<double, 5> rates;
};

constexpr std::array<Row, 3> kRows{
    {{"SGD", "SGD", 0.0, {0.003, 0.01, 0.03, 0.1, 0.5}},
     {"SGD with momentum", "SGD", 0.9, {0.001, 0.003, 0.01, 0.03, 0.1}},
     {"Adam", "Adam", 0.0, {0.0003, 0.001, 0.003, 0.01, 0.05}}}};

Experiment experiment_of(const Case& run, const TaskSpec& task, const Row& row, double rate) {
  Experiment experiment = run.canonical;
  experiment.problem = task;
  experiment.edits.clear();
  experiment.loop = canonical_loop();
  experiment.steps = std::min(run.steps(), kMaxIterations);
  RunSpec bare;
  bare.label = row.title;
  bare.optimizer = {row.name, {{"lr", rate}}};
  if (row.momentum > 0.0) bare.optimizer.options.emplace_back("momentum", row.momentum);
  experiment.runs = {bare};
  return experiment;
}

}  // namespace

std::optional<RescueSweep> sweep(const Case& run, const TaskSpec& task) {
  RescueSweep found;
  found.iterations = std::min(run.steps(), kMaxIterations);
  found.best_loss = std::numeric_limits<double>::infinity();
  for (const Row& row : kRows) {
    for (const double rate : row.rates) {
      const Trial* trial = run.lab.trial(experiment_of(run, task, row, rate));
      if (trial == nullptr) continue;
      ++found.settings;
      if (!trial->evaluation) continue;
      if (trial->evaluation->train_loss < found.best_loss) {
        found.best_loss = trial->evaluation->train_loss;
        found.best_loss_setting = std::string(row.title) + ", learning rate " + in_words(rate);
      }
      found.best_accuracy = std::max(found.best_accuracy, trial->evaluation->train_accuracy);
      found.best_test_accuracy =
          std::max(found.best_test_accuracy, trial->evaluation->test_accuracy);
    }
  }
  if (run.lab.has_work()) return std::nullopt;
  return found;
}

}  // namespace steplab
