// SPDX-License-Identifier: MIT
#include "steplab/session/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "session/assemble.hpp"
#include "session/average_history.hpp"
#include "session/history.hpp"
#include "session/run.hpp"
#include "session/snapshots.hpp"

namespace steplab {
namespace {

constexpr std::size_t kSnapshotBudget = std::size_t{8} << 20U;   // bytes, per session
constexpr std::size_t kHistoryBudget = std::size_t{192} << 20U;  // bytes, per session

Error invalid_argument(std::string message) {
  return {ErrorCode::kInvalidArgument, "", std::move(message)};
}

}  // namespace

struct Session::Implementation {
  Experiment experiment;
  std::shared_ptr<const Dataset> dataset;
  std::vector<std::unique_ptr<Run>> runs;
  std::vector<History> histories;
  AverageHistory averages;
  // A problem of its own for looking at the loss, so that looking disturbs no run.
  std::unique_ptr<Problem> probe;
  std::unique_ptr<SnapshotStore> snapshots;
  std::size_t loop_length = 0;  // of the longest loop
  std::size_t iteration = 0;
  std::size_t instruction = 0;
  std::size_t furthest = 0;

  Status assemble();
  void start();
  std::size_t archive_size();
  void enter_iteration();
  void leave_iteration();
  void apply_edits();
  void apply(const Edit& edit);
  void record_rates();
  void execute_line();
  void look_at_head();
  std::optional<float> loss_of(Run& run, std::size_t at_iteration);
  void enter_row(std::size_t row, std::size_t run);
  void restore(SnapshotStore::Found found);
  bool finished() const;
  bool is_inspecting() const;
};

Status Session::Implementation::assemble() {
  auto data = assemble_dataset(experiment);
  if (!data) return data.error();
  dataset = std::move(data).value();
  auto looking = assemble_problem(experiment, dataset);
  if (!looking) return looking.error();
  probe = std::move(looking).value();

  const std::size_t rows = experiment.steps + 1;
  const std::size_t parameters = probe->parameters().size();
  std::size_t needed = History::bytes(rows, parameters) * experiment.runs.size();
  for (const RunSpec& spec : experiment.runs) {
    if (spec.average) needed += AverageHistory::bytes(rows, parameters);
  }
  if (needed > kHistoryBudget) {
    return Error{ErrorCode::kInvalidExperiment, "/steps",
                 "steps is " + std::to_string(experiment.steps) + "; the history of " +
                     std::to_string(experiment.runs.size()) + " runs would take " +
                     std::to_string(needed >> 20U) + " MB, and at most " +
                     std::to_string(kHistoryBudget >> 20U) + " MB are allowed"};
  }
  for (std::size_t r = 0; r < experiment.runs.size(); ++r) {
    const RunSource source{experiment, r, dataset};
    auto parts = assemble_parts(source);
    if (!parts) return parts.error();
    loop_length = std::max(loop_length, source.loop().size());
    runs.push_back(std::make_unique<Run>(source, std::move(parts).value()));
    histories.emplace_back(rows, parameters);
    averages.add(rows, *runs.back());
  }
  for (std::size_t e = 0; e < experiment.edits.size(); ++e) {
    const Status checked = check_edit(experiment.edits[e], runs, "/edits/" + std::to_string(e));
    if (!checked) return checked;
    if (const auto* loop = std::get_if<Edit::Loop>(&experiment.edits[e].action)) {
      loop_length = std::max(loop_length, loop->lines.size());
    }
  }
  // A loop without a line still has iterations.
  loop_length = std::max<std::size_t>(loop_length, 1);
  start();
  return {};
}

// Enters iteration 0 with the runs as they are.
void Session::Implementation::start() {
  snapshots = std::make_unique<SnapshotStore>(archive_size(), kSnapshotBudget);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    histories[r].truncate(0);
    enter_row(0, r);
  }
  enter_iteration();
  look_at_head();
}

std::size_t Session::Implementation::archive_size() {
  Archive measuring = Archive::measuring();
  for (const auto& run : runs) run->archive(measuring);
  return measuring.bytes();
}

// At the start of an iteration, after its row is recorded: save a snapshot, then apply the edits.
void Session::Implementation::enter_iteration() {
  furthest = std::max(furthest, iteration);
  // Saved before the edits of this iteration, so that restoring applies them again.
  if (snapshots->wants(iteration)) {
    Archive saving = Archive::saving(snapshots->slot_for(archive_size()));
    for (const auto& run : runs) run->archive(saving);
  }
  apply_edits();
}

void Session::Implementation::apply_edits() {
  for (const Edit& edit : experiment.edits) {
    if (edit.at == iteration) apply(edit);
  }
  record_rates();
}

void Session::Implementation::apply(const Edit& edit) {
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (!edit.run || *edit.run == r) runs[r]->apply(edit);
  }
}

void Session::Implementation::record_rates() {
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r]->step() == iteration) histories[r].set_lr(iteration, *runs[r]);
  }
}

void Session::Implementation::execute_line() {
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Run& run = *runs[r];
    if (!run.is_running()) continue;
    if (instruction == 0) run.begin_iteration();
    if (run.would_lose_start_loss(instruction, iteration)) {
      run.set_loss_at_start(loss_of(run, iteration));
    }
    run.execute(instruction, iteration);
  }
  ++instruction;
  if (instruction == loop_length) leave_iteration();
}

void Session::Implementation::leave_iteration() {
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Run& run = *runs[r];
    if (!run.took_part(iteration)) continue;
    // Without a step the parameters are those that the iteration began with.
    if (!run.record().loss_at_start) run.set_loss_at_start(loss_of(run, iteration));
    if (run.record().loss_at_start) histories[r].set_loss(iteration, *run.record().loss_at_start);
    if (!run.is_running()) continue;
    run.end_iteration();
    enter_row(iteration + 1, r);
    run.check_divergence();
    if (run.is_running()) {
      if (iteration + 1 >= experiment.steps) run.complete();
    } else if (const std::optional<float> loss = loss_of(run, iteration + 1)) {
      // Its last row: no later iteration will tell the loss.
      histories[r].set_loss(iteration + 1, *loss);
    }
  }
  instruction = 0;
  ++iteration;
  enter_iteration();
}

// The loss at a run's present parameters on a mini-batch.
std::optional<float> Session::Implementation::loss_of(Run& run, std::size_t at_iteration) {
  Problem& looking = run.has_first_layers() ? *probe : run.look_alike();
  const std::span<Parameter* const> from = run.problem().parameters();
  const std::span<Parameter* const> to = looking.parameters();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::span<const float> value = from[i]->value().span();
    std::copy(value.begin(), value.end(), to[i]->mutable_value().span().begin());
  }
  looking.forward(at_iteration);
  return looking.loss();
}

void Session::Implementation::enter_row(std::size_t row, std::size_t run) {
  histories[run].enter(row, *runs[run]);
  averages.enter(row, run, *runs[run], *probe);
}

// The last row's loss becomes known in the next iteration; whoever looks now shall see it all the
// same.
void Session::Implementation::look_at_head() {
  if (instruction != 0) return;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const Run& run = *runs[r];
    if (!run.is_running() && run.status() != RunStatus::kCompleted) continue;
    if (histories[r].has_loss(iteration)) continue;
    const std::optional<float> loss = loss_of(*runs[r], iteration);
    if (loss) histories[r].set_loss(iteration, *loss);
  }
}

void Session::Implementation::restore(SnapshotStore::Found found) {
  Archive restoring = Archive::restoring(found.state);
  for (const auto& run : runs) run->archive(restoring);
  iteration = found.iteration;
  instruction = 0;
  for (const auto& run : runs) run->reset_loop();
  for (const Edit& edit : experiment.edits) {
    if (edit.at < iteration && std::holds_alternative<Edit::Loop>(edit.action)) apply(edit);
  }
  apply_edits();
}

bool Session::Implementation::finished() const {
  return iteration >= experiment.steps ||
         std::none_of(runs.begin(), runs.end(), [](const auto& run) { return run->is_running(); });
}

bool Session::Implementation::is_inspecting() const {
  return std::any_of(runs.begin(), runs.end(), [](const auto& run) { return run->is_inspected(); });
}

Session::Session(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::create(Experiment experiment) {
  auto implementation = std::make_unique<Implementation>();
  implementation->experiment = std::move(experiment);
  const Status assembled = implementation->assemble();
  if (!assembled) return assembled.error();
  return std::unique_ptr<Session>(new Session(std::move(implementation)));
}

const Experiment& Session::experiment() const { return implementation_->experiment; }
std::size_t Session::iteration() const { return implementation_->iteration; }
std::size_t Session::instruction() const { return implementation_->instruction; }
std::size_t Session::furthest() const { return implementation_->furthest; }
bool Session::finished() const { return implementation_->finished(); }

void Session::advance(std::size_t iterations) {
  Implementation& self = *implementation_;
  // Not iteration + iterations, which may pass the largest number.
  const std::size_t target =
      self.iteration + std::min(iterations, self.experiment.steps - self.iteration);
  while (self.iteration < target && !self.finished()) self.execute_line();
  self.look_at_head();
}

void Session::advance_instruction() {
  Implementation& self = *implementation_;
  if (self.finished()) return;
  self.execute_line();
  self.look_at_head();
}

Status Session::rewind(std::size_t step) { return seek(step, 0); }

Status Session::seek(std::size_t step, std::size_t instruction) {
  Implementation& self = *implementation_;
  if (step > self.furthest) {
    return invalid_argument("step is " + std::to_string(step) + "; steps 0 to " +
                            std::to_string(self.furthest) + " were reached");
  }
  if (instruction >= self.loop_length) {
    return invalid_argument("instruction is " + std::to_string(instruction) + "; the loop has " +
                            std::to_string(self.loop_length) + " lines, counted from 0");
  }
  // The step that led here is played again for the inspector's sake.
  const bool replays = step > 0 && self.is_inspecting();
  self.restore(self.snapshots->find(replays ? step - 1 : step));
  while (self.iteration < step) self.execute_line();
  for (std::size_t line = 0; line < instruction && !self.finished(); ++line) self.execute_line();
  return {};
}

Status Session::edit(Edit edit) {
  Implementation& self = *implementation_;
  const Status checked = check_edit(edit, self.runs, "");
  if (!checked) return checked;
  // In the middle of an iteration the change waits for the next one.
  const bool applies_now = self.instruction == 0;
  edit.at = applies_now ? self.iteration : self.iteration + 1;
  if (const auto* loop = std::get_if<Edit::Loop>(&edit.action)) {
    self.loop_length = std::max(self.loop_length, loop->lines.size());
  }

  self.experiment.edits.push_back(edit);
  self.furthest = self.iteration;
  self.snapshots->truncate(self.iteration);
  for (History& history : self.histories) history.truncate(self.iteration + 1);
  if (applies_now) {
    self.apply(edit);
    self.record_rates();
  }
  return {};
}

Checkpoint Session::checkpoint(std::size_t run) const {
  return implementation_->runs[run]->checkpoint();
}

Status Session::start_from(std::size_t run, const Checkpoint& checkpoint) {
  Implementation& self = *implementation_;
  if (self.furthest > 0 || self.instruction > 0) {
    return invalid_argument("a run starts from a checkpoint before the session is advanced");
  }
  if (Status loaded = self.runs[run]->start_from(checkpoint); !loaded) return loaded;
  self.start();
  return {};
}

Status Session::inspect(std::size_t run, const std::string& parameter, std::size_t element) {
  Implementation& self = *implementation_;
  if (run >= self.runs.size()) {
    return invalid_argument("run is " + std::to_string(run) + "; there are " +
                            std::to_string(self.runs.size()) + " runs, counted from 0");
  }
  if (Status watched = self.runs[run]->inspect(parameter, element); !watched) return watched;
  return seek(self.iteration, self.instruction);
}

std::size_t Session::run_count() const { return implementation_->runs.size(); }

RunView Session::run(std::size_t index) const { return implementation_->runs[index]->view(); }

HistoryColumns Session::history(std::size_t index) const {
  return implementation_->histories[index].columns(implementation_->furthest + 1);
}

std::optional<AverageColumns> Session::average_history(std::size_t index) const {
  return implementation_->averages.columns(index, implementation_->furthest + 1);
}

const std::vector<Instruction>& Session::loop(std::size_t index) const {
  return implementation_->runs[index]->loop();
}

std::optional<float> Session::average_loss(std::size_t run) {
  Problem* looking = at_average(*implementation_->runs[run], *implementation_->probe);
  if (looking == nullptr) return std::nullopt;
  looking->forward(iteration());
  return looking->loss();
}

std::optional<Evaluation> Session::evaluate(std::size_t run) {
  return implementation_->runs[run]->problem().evaluate();
}

std::optional<Evaluation> Session::evaluate_average(std::size_t run) {
  const AveragedWeights* average = implementation_->runs[run]->average();
  if (average == nullptr || average->updates() == 0) return std::nullopt;
  Problem* looking = at_average(*implementation_->runs[run], *implementation_->probe);
  return looking == nullptr ? std::nullopt : looking->evaluate();
}

Result<std::vector<float>> Session::decision_map(std::size_t run, std::span<const double, 4> view,
                                                 std::size_t columns, std::size_t rows) {
  const Dataset* data = dataset();
  if (data == nullptr || data->features != 2) {
    return invalid_argument("a decision map needs a task with two features");
  }
  constexpr std::size_t kMaxPoints = std::size_t{1} << 20U;
  if (columns < 2 || rows < 2 || columns > kMaxPoints / rows) {
    return invalid_argument("a decision map of " + std::to_string(columns) + " by " +
                            std::to_string(rows) + " points; at least 2 by 2 and at most " +
                            std::to_string(kMaxPoints) + " points are allowed");
  }
  std::vector<float> points(columns * rows * 2);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      const auto along = [](double from, double to, std::size_t index, std::size_t count) {
        return static_cast<float>(from + (to - from) * static_cast<double>(index) /
                                             static_cast<double>(count - 1));
      };
      float* point = &points[2 * (row * columns + column)];
      point[0] = along(view[0], view[1], column, columns);
      point[1] = along(view[2], view[3], row, rows);
    }
  }
  std::vector<float> scores(columns * rows * data->classes);
  if (!implementation_->runs[run]->problem().predict(points, scores)) {
    return invalid_argument("a decision map needs a classifier");
  }
  return scores;
}

const Dataset* Session::dataset() const { return implementation_->dataset.get(); }

}  // namespace steplab
