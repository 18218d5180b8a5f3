// SPDX-License-Identifier: MIT
// What JavaScript sees of the core: sessions and traces behind integer handles. Every function
// returns {ok: true, value} or {ok: false, error}; nothing is thrown. Numbers arrive as doubles,
// because Embind wraps integers silently, and are checked here. Ownership: README.md.

#include <emscripten/bind.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "digits_asset.hpp"
#include "handles.hpp"
#include "marshal.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/problem/formula.hpp"
#include "steplab/problem/surfaces.hpp"
#include "steplab/session/session.hpp"

namespace steplab {
namespace {

using emscripten::val;

Handles<std::unique_ptr<Session>> sessions;

Error disposed() { return {ErrorCode::kDisposed, "", "this session was disposed of"}; }

// Calls `use(session)` and returns its val, or the error of a dead handle.
template <class Use>
val with_session(int handle, Use use) {
  std::unique_ptr<Session>* session = sessions.find(handle);
  return session == nullptr ? failure(disposed()) : use(**session);
}

template <class Use>
val with_run(int handle, double run, Use use) {
  return with_session(handle, [&](Session& session) {
    const Result<std::size_t> index = whole("run", run);
    if (!index) return failure(index.error());
    if (*index >= session.run_count()) {
      return failure({ErrorCode::kInvalidArgument, "",
                      "run is " + std::to_string(*index) + "; there are " +
                          std::to_string(session.run_count()) + " runs, counted from 0"});
    }
    return use(session, *index);
  });
}

val create_session(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) return failure(experiment.error());
  auto session = Session::create(std::move(experiment).value());
  if (!session) return failure(session.error());
  const Result<int> handle = sessions.add(std::move(session).value());
  return handle ? success(val(*handle)) : failure(handle.error());
}

void destroy_session(int handle) { sessions.remove(handle); }

val frame(int handle) {
  return with_session(handle, [](Session& session) { return success(frame_to_js(session)); });
}

val advance(int handle, double iterations) {
  return with_session(handle, [&](Session& session) {
    const Result<std::size_t> count = whole("iterations", iterations);
    if (!count) return failure(count.error());
    session.advance(*count);
    return success(frame_to_js(session));
  });
}

val advance_instruction(int handle) {
  return with_session(handle, [](Session& session) {
    session.advance_instruction();
    return success(frame_to_js(session));
  });
}

val seek(int handle, double step, double instruction) {
  return with_session(handle, [&](Session& session) {
    const Result<std::size_t> to_step = whole("step", step);
    if (!to_step) return failure(to_step.error());
    const Result<std::size_t> to_line = whole("instruction", instruction);
    if (!to_line) return failure(to_line.error());
    const Status moved = session.seek(*to_step, *to_line);
    return moved ? success(frame_to_js(session)) : failure(moved.error());
  });
}

val rewind_to(int handle, double step) { return seek(handle, step, 0.0); }

val edit(int handle, const std::string& json) {
  return with_session(handle, [&](Session& session) {
    auto parsed = parse_edit(json);
    if (!parsed) return failure(parsed.error());
    const Status edited = session.edit(std::move(parsed).value());
    return edited ? success(frame_to_js(session)) : failure(edited.error());
  });
}

val inspect(int handle, double run, const std::string& parameter, double element) {
  return with_run(handle, run, [&](Session& session, std::size_t index) {
    const Result<std::size_t> which = whole("element", element);
    if (!which) return failure(which.error());
    const Status watched = session.inspect(index, parameter, *which);
    return watched ? success(frame_to_js(session)) : failure(watched.error());
  });
}

val experiment_of(int handle) {
  return with_session(
      handle, [](Session& session) { return success(to_js(to_json(session.experiment()))); });
}

val history(int handle, double from) {
  return with_session(handle, [&](Session& session) {
    const Result<std::size_t> first = whole("from", from);
    return first ? success(history_to_js(session, *first)) : failure(first.error());
  });
}

val evaluate(int handle, double run) {
  return with_run(handle, run, [](Session& session, std::size_t index) {
    const std::optional<Evaluation> evaluation = session.evaluate(index);
    if (!evaluation) return success(val::null());
    val scores = to_js(*evaluation);
#ifndef STEPLAB_FIRST_STEPS_ONLY  // that engine averages no weights
    const std::optional<Evaluation> averaged = session.evaluate_average(index);
    if (averaged) scores.set("average", to_js(*averaged));
#endif
    return success(scores);
  });
}

Result<std::array<std::size_t, 2>> grid_size(double columns, double rows) {
  const Result<std::size_t> across = whole("columns", columns);
  if (!across) return across.error();
  const Result<std::size_t> down = whole("rows", rows);
  if (!down) return down.error();
  constexpr std::size_t kMaxSide = 1024;
  if (*across < 2 || *down < 2 || *across > kMaxSide || *down > kMaxSide) {
    return Error{ErrorCode::kInvalidArgument, "",
                 "the grid is " + std::to_string(*across) + " by " + std::to_string(*down) +
                     "; each side must be from 2 to " + std::to_string(kMaxSide)};
  }
  return std::array<std::size_t, 2>{*across, *down};
}

val decision_map(int handle, double run, double x_min, double x_max, double y_min, double y_max,
                 double columns, double rows) {
  return with_run(handle, run, [&](Session& session, std::size_t index) {
    const auto size = grid_size(columns, rows);
    if (!size) return failure(size.error());
    const std::array<double, 4> view{x_min, x_max, y_min, y_max};
    auto scores = session.decision_map(index, view, (*size)[0], (*size)[1]);
    if (!scores) return failure(scores.error());
    return success(to_js(std::span<const float>(*scores)));
  });
}

val dataset(int handle) {
  return with_session(handle, [](Session& session) {
    const Dataset* data = session.dataset();
    return success(data == nullptr ? val::null() : to_js(*data));
  });
}

val evaluate_formula(const std::string& formula, double x_min, double x_max, double y_min,
                     double y_max, double columns, double rows) {
  const auto size = grid_size(columns, rows);
  if (!size) return failure(size.error());
  std::vector<float> values((*size)[0] * (*size)[1]);
  const Status evaluated =
      evaluate_surface(formula, {x_min, x_max, y_min, y_max}, (*size)[0], (*size)[1], values);
  if (!evaluated) return failure(evaluated.error());
  return success(to_js(std::span<const float>(values)));
}

val check_formula_text(const std::string& formula) {
  const Status checked = check_formula(formula);
  return checked ? success(val::null()) : failure(checked.error());
}

val check_experiment(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) return failure(experiment.error());
  auto session = Session::create(std::move(experiment).value());
  return session ? success(val::null()) : failure(session.error());
}

// Takes the bytes of digits.bin, which the page fetches when an experiment asks for the digits.
val provide_digits(const val& bytes) {
  digits_asset() = emscripten::convertJSArrayToNumberVector<std::uint8_t>(bytes);
  return success(val::null());
}

val live_objects() {
  val counts = val::object();
  counts.set("sessions", sessions.size());
  return counts;
}

EMSCRIPTEN_BINDINGS(steplab) {
  emscripten::function("createSession", &create_session);
  emscripten::function("destroySession", &destroy_session);
  emscripten::function("frame", &frame);
  emscripten::function("advance", &advance);
  emscripten::function("advanceInstruction", &advance_instruction);
  emscripten::function("rewind", &rewind_to);
  emscripten::function("seek", &seek);
  emscripten::function("edit", &edit);
  emscripten::function("inspect", &inspect);
  emscripten::function("experiment", &experiment_of);
  emscripten::function("history", &history);
  emscripten::function("evaluate", &evaluate);
  emscripten::function("decisionMap", &decision_map);
  emscripten::function("dataset", &dataset);
  emscripten::function("evaluateSurface", &evaluate_formula);
  emscripten::function("checkFormula", &check_formula_text);
  emscripten::function("checkExperiment", &check_experiment);
  emscripten::function("provideDigits", &provide_digits);
  emscripten::function("liveObjects", &live_objects);
}

}  // namespace
}  // namespace steplab
