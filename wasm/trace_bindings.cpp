// SPDX-License-Identifier: MIT
// What only the full module exports: traces, recorded in slices behind a handle.

#include <emscripten/bind.h>

#include <string>
#include <utility>

#include "handles.hpp"
#include "marshal.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

using emscripten::val;

Handles<TraceRecorder> traces;

Error disposed() { return {ErrorCode::kDisposed, "", "this trace was disposed of"}; }

val create_trace(const std::string& json, double every, bool state) {
  auto experiment = parse_experiment(json);
  if (!experiment) return failure(experiment.error());
  const Result<std::size_t> interval = whole("every", every);
  if (!interval) return failure(interval.error());
  auto recorder = TraceRecorder::create(std::move(experiment).value(), {*interval, state});
  if (!recorder) return failure(recorder.error());
  const Result<int> handle = traces.add(std::move(recorder).value());
  return handle ? success(val(*handle)) : failure(handle.error());
}

val advance_trace(int handle, double iterations) {
  TraceRecorder* recorder = traces.find(handle);
  if (recorder == nullptr) return failure(disposed());
  const Result<std::size_t> count = whole("iterations", iterations);
  if (!count) return failure(count.error());
  const bool more = recorder->advance(*count);
  val progress = val::object();
  progress.set("iteration", recorder->iteration());
  progress.set("more", more);
  progress.set("failed", recorder->failed());
  return success(progress);
}

val trace_as_json(int handle) {
  const TraceRecorder* recorder = traces.find(handle);
  return recorder == nullptr ? failure(disposed()) : success(to_js(recorder->json()));
}

val trace_as_csv(int handle) {
  const TraceRecorder* recorder = traces.find(handle);
  return recorder == nullptr ? failure(disposed()) : success(to_js(recorder->csv()));
}

void destroy_trace(int handle) { traces.remove(handle); }

std::size_t live_traces() { return traces.size(); }

EMSCRIPTEN_BINDINGS(steplab_trace) {
  emscripten::function("createTrace", &create_trace);
  emscripten::function("advanceTrace", &advance_trace);
  emscripten::function("traceJson", &trace_as_json);
  emscripten::function("traceCsv", &trace_as_csv);
  emscripten::function("destroyTrace", &destroy_trace);
  emscripten::function("liveTraces", &live_traces);
}

}  // namespace
}  // namespace steplab
