// SPDX-License-Identifier: MIT
// What only the full module exports: the doctor, who works in slices behind a handle.

#include <emscripten/bind.h>

#include <memory>
#include <string>
#include <utility>

#include "handles.hpp"
#include "marshal.hpp"
#include "steplab/analysis/examination.hpp"

namespace steplab {
namespace {

using emscripten::val;

Handles<std::unique_ptr<Examination>> examinations;

Error disposed() { return {ErrorCode::kDisposed, "", "this examination was disposed of"}; }

val create_examination(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) return failure(experiment.error());
  auto examination = Examination::create(std::move(experiment).value());
  if (!examination) return failure(examination.error());
  const Result<int> handle = examinations.add(std::move(examination).value());
  return handle ? success(val(*handle)) : failure(handle.error());
}

val advance_examination(int handle, double work) {
  const auto* examination = examinations.find(handle);
  if (examination == nullptr) return failure(disposed());
  const Result<std::size_t> count = whole("work", work);
  if (!count) return failure(count.error());
  val progress = val::object();
  progress.set("more", !(*examination)->advance(*count));
  progress.set("share", (*examination)->progress());
  return success(progress);
}

val diagnosis_json(int handle) {
  const auto* examination = examinations.find(handle);
  return examination == nullptr ? failure(disposed())
                                : success(to_js(to_json((*examination)->result())));
}

void destroy_examination(int handle) { examinations.remove(handle); }

EMSCRIPTEN_BINDINGS(steplab_doctor) {
  emscripten::function("createExamination", &create_examination);
  emscripten::function("advanceExamination", &advance_examination);
  emscripten::function("diagnosisJson", &diagnosis_json);
  emscripten::function("destroyExamination", &destroy_examination);
}

}  // namespace
}  // namespace steplab
