// SPDX-License-Identifier: MIT
#include "steplab/session/trace.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "session/trace_rows.hpp"
#include "steplab/session/session.hpp"

namespace steplab {
namespace {

TraceRow::State copied(const StateEntry& entry) {
  TraceRow::State copy;
  copy.name = entry.name;
  if (const auto* scalar = std::get_if<double>(&entry.value)) {
    copy.scalar = *scalar;
  } else {
    const auto values = std::get<std::span<const float>>(entry.value);
    copy.values.assign(values.begin(), values.end());
  }
  return copy;
}

}  // namespace

struct TraceRecorder::Implementation {
  std::unique_ptr<Session> session;
  std::size_t every = 1;
  TraceRows trace;

  void record(std::size_t run);
  void add_column(std::size_t place, const Parameter& parameter);
};

// Copies a run's present step, unless that step is recorded already.
void TraceRecorder::Implementation::record(std::size_t index) {
  const RunView view = session->run(index);
  TraceRun& run = trace.runs[index];
  run.status = view.status;
  run.warnings.assign(view.warnings.begin(), view.warnings.end());
  if (view.error != nullptr) {
    // In the middle of an iteration: the parameters belong to no step.
    run.error = *view.error;
    return;
  }
  if (!run.rows.empty() && run.rows.back().step == view.step) return;
  TraceRow& row = run.rows.emplace_back();
  row.step = view.step;
  if (!std::holds_alternative<RecordedSpec>(session->experiment().problem)) {
    row.loss = session->history(index).loss[view.step];
  }
  row.lr = view.lr;
  if (view.average != nullptr) {
    TraceRow::Average& average = row.average.emplace();
    average.updates = view.average->updates();
    average.loss = session->average_loss(index);
    for (const Tensor& value : view.average->values()) {
      average.parameters.emplace_back(value.span().begin(), value.span().end());
    }
  }
  for (const ParameterView& parameter : view.parameters) {
    if (!parameter.in_model) continue;
    add_column(row.parameters.size(), *parameter.parameter);
    const std::span<const float> value = parameter.parameter->value().span();
    row.parameters.emplace_back(value.begin(), value.end());
    if (!trace.has_state) continue;
    std::vector<TraceRow::State>& state = row.state.emplace_back();
    for (const StateEntry& entry : parameter.state) state.push_back(copied(entry));
  }
}

// Layers that are added come last in a model, in every run under the same names.
void TraceRecorder::Implementation::add_column(std::size_t place, const Parameter& parameter) {
  if (place < trace.columns.size()) return;
  trace.columns.push_back({parameter.name(), parameter.value().size()});
}

TraceRecorder::TraceRecorder(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
TraceRecorder::TraceRecorder(TraceRecorder&&) noexcept = default;
TraceRecorder& TraceRecorder::operator=(TraceRecorder&&) noexcept = default;
TraceRecorder::~TraceRecorder() = default;

Result<TraceRecorder> TraceRecorder::create(Experiment experiment, TraceOptions options) {
  auto session = Session::create(std::move(experiment));
  if (!session) return session.error();
  return create(std::move(session).value(), options);
}

Result<TraceRecorder> TraceRecorder::create(std::unique_ptr<Session> session,
                                            TraceOptions options) {
  if (options.every == 0) {
    return Error{ErrorCode::kInvalidArgument, "", "every is 0; it must be at least 1"};
  }
  auto implementation = std::make_unique<Implementation>();
  implementation->session = std::move(session);
  implementation->every = options.every;
  implementation->trace.has_state = options.state;
  for (std::size_t r = 0; r < implementation->session->run_count(); ++r) {
    implementation->trace.runs.emplace_back().label = implementation->session->run(r).label;
    implementation->record(r);
  }
  return TraceRecorder(std::move(implementation));
}

bool TraceRecorder::advance(std::size_t iterations) {
  Implementation& self = *implementation_;
  Session& session = *self.session;
  const std::size_t left = session.experiment().steps - session.iteration();
  const std::size_t end = session.iteration() + std::min(iterations, left);
  while (session.iteration() < end && !session.finished()) {
    const std::size_t to_next = self.every - session.iteration() % self.every;
    session.advance(std::min(to_next, end - session.iteration()));
    const bool is_due = session.iteration() % self.every == 0;
    for (std::size_t r = 0; r < session.run_count(); ++r) {
      // A run that has ended stays at its last step, which is recorded whatever `every` says.
      if (is_due || session.run(r).status != RunStatus::kRunning) self.record(r);
    }
  }
  return !session.finished();
}

std::size_t TraceRecorder::iteration() const { return implementation_->session->iteration(); }

bool TraceRecorder::failed() const {
  return std::any_of(implementation_->trace.runs.begin(), implementation_->trace.runs.end(),
                     [](const TraceRun& run) {
                       return run.status == RunStatus::kDiverged || run.status == RunStatus::kError;
                     });
}

std::string TraceRecorder::json() const { return trace_json(implementation_->trace); }

std::string TraceRecorder::csv() const { return trace_csv(implementation_->trace); }

}  // namespace steplab
