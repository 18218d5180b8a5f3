// SPDX-License-Identifier: MIT
// A schedule that was made for epochs and is stepped for batches.
#include <algorithm>
#include <limits>

#include "analysis/canonical.hpp"
#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"
#include "session/assemble.hpp"

namespace steplab {
namespace {

constexpr double kExhausted = 1e-3;  // of the first learning rate
constexpr std::size_t kWithoutEpochs =
    10;  // iterations that stand for an epoch where there are none

// The iteration from which the learning rate stays below a thousandth of its start.
std::optional<std::size_t> exhausted_from(const std::vector<double>& rates) {
  if (rates.empty() || !(rates.front() > 0.0)) return std::nullopt;
  std::size_t from = rates.size();
  while (from > 0 && rates[from - 1] < kExhausted * rates.front()) --from;
  if (from == rates.size()) return std::nullopt;
  return from;
}

std::size_t batches_per_epoch(const Case& run) {
  if (run.task() == nullptr) return kWithoutEpochs;
  const auto dataset = assemble_dataset(run.alone);
  if (!dataset) return 1;
  return (*dataset)->train_labels.size() / std::max<std::size_t>(run.task()->batch_size, 1);
}

}  // namespace

std::vector<Finding> find_schedule_length(const Case& run) {
  if (!run.has_scheduler() || !run.trial->is_finite()) return {};
  const auto line = run.line_of(InstructionKind::kSchedulerStep);
  if (!line || run.loop()[*line].every != 1) return {};
  const auto from = exhausted_from(run.trial->lr);
  // More than half of the run is still to come.
  if (!from || 2 * *from > run.document.steps) return {};
  const std::size_t epoch = batches_per_epoch(run);
  if (epoch < 2) return {};
  Instruction seldom = run.loop()[*line];
  seldom.every = epoch;
  const Experiment changed = run.with_loop(with_line_changed(run.loop(), *line, seldom));
  const bool has_epochs = run.task() != nullptr;
  auto remedy = run.improved(
      has_epochs
          ? "Call scheduler.step() once an epoch, every " + counted(epoch, "batch", "batches")
          : "Call scheduler.step() every " + counted(epoch, "iteration", "iterations"),
      changed, 0.98);
  if (!remedy) return {};
  std::vector<Evidence> evidence{
      {"learning rate at the start", run.trial->lr.front()},
      {"iteration from which it is below a thousandth of that", static_cast<double>(*from)},
      {"iterations of the run", static_cast<double>(run.document.steps)}};
  if (has_epochs) evidence.push_back({"batches in an epoch", static_cast<double>(epoch)});
  return {{.id = "scheduler_per_batch",
           .severity = Severity::kWarning,
           .line = *line,
           .iteration = *from,
           .title = "The schedule is used up long before the run ends",
           .explanation = "scheduler.step() is called for every batch. " +
                          run.spec().schedulers.front().name +
                          " with these numbers is made for fewer, larger steps, such as epochs: "
                          "after " +
                          counted(*from, "iteration", "iterations") +
                          " the learning rate is practically 0, and the rest of the run learns "
                          "nothing.",
           .pytorch = "PyTorch says nothing: a scheduler counts its own steps and knows nothing of "
                      "batches and epochs.",
           .evidence = std::move(evidence),
           .remedy = std::move(remedy)}};
}

}  // namespace steplab
