// SPDX-License-Identifier: MIT
// What only the full module exports: an experiment as a PyTorch script.

#include <emscripten/bind.h>

#include <string>
#include <utility>

#include "marshal.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/export/pytorch.hpp"
#include "steplab/session/session.hpp"

namespace steplab {
namespace {

emscripten::val export_pytorch_script(const std::string& json) {
  auto experiment = parse_experiment(json);
  if (!experiment) return failure(experiment.error());
  // What a session refuses would make a script that fails.
  const auto session = Session::create(*experiment);
  if (!session) return failure(session.error());
  const auto script = export_pytorch(*experiment);
  return script ? success(to_js(*script)) : failure(script.error());
}

EMSCRIPTEN_BINDINGS(steplab_export) {
  emscripten::function("exportPytorch", &export_pytorch_script);
}

}  // namespace
}  // namespace steplab
