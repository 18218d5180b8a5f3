// SPDX-License-Identifier: MIT
#include "marshal.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <variant>

namespace steplab {
namespace {

using emscripten::val;

// `slice` makes the copy that JavaScript owns.
template <class T>
val copied(std::span<const T> values) {
  return val(emscripten::typed_memory_view(values.size(), values.data())).call<val>("slice");
}

val error_to_js(const Error& error) {
  val object = val::object();
  object.set("code", to_js(error_code_name(error.code)));
  object.set("path", error.path);
  object.set("message", error.message);
  object.set("position", error.position);
  return object;
}

val error_to_js(const RunError& error) {
  val object = error_to_js(error.error);
  object.set("step", error.step);
  object.set("instruction", error.instruction);
  return object;
}

val shape_to_js(const Shape& shape) {
  val array = val::array();
  for (const std::size_t size : shape) array.call<void>("push", size);
  return array;
}

val state_to_js(const std::vector<StateEntry>& state) {
  val array = val::array();
  for (const StateEntry& entry : state) {
    val object = val::object();
    object.set("name", to_js(entry.name));
    if (const auto* scalar = std::get_if<double>(&entry.value)) {
      object.set("value", *scalar);
    } else {
      object.set("value", to_js(std::get<std::span<const float>>(entry.value)));
    }
    array.call<void>("push", object);
  }
  return array;
}

val parameter_to_js(const ParameterView& view) {
  const Parameter& parameter = *view.parameter;
  val object = val::object();
  object.set("name", parameter.name());
  object.set("shape", shape_to_js(parameter.shape()));
  object.set("value", to_js(parameter.value().span()));
  object.set("grad", parameter.has_grad() ? to_js(parameter.grad().span()) : val::null());
  object.set("update", view.update ? to_js(*view.update) : val::null());
  object.set("requiresGrad", parameter.requires_grad());
  object.set("group", view.group ? val(*view.group) : val::null());
  object.set("state", state_to_js(view.state));
  return object;
}

// Symbols are told by their place in the registry's `symbols`.
val inspected_values_to_js(const std::vector<Inspection::Value>& values) {
  val array = val::array();
  for (const Inspection::Value& entry : values) {
    val object = val::object();
    object.set("symbol", entry.symbol);
    object.set("value", entry.value);
    array.call<void>("push", object);
  }
  return array;
}

val inspector_to_js(const Inspector* inspector) {
  if (inspector == nullptr || !inspector->inspection().exists) return val::null();
  const Inspection& inspection = inspector->inspection();
  val object = val::object();
  object.set("parameter", inspector->parameter()->name());
  object.set("element", inspector->element());
  object.set("before", inspection.before);
  object.set("after", inspection.after);
  object.set("symbols", inspected_values_to_js(inspection.symbols));
  object.set("terms", inspected_values_to_js(inspection.terms));
  return object;
}

val run_to_js(const RunView& run) {
  val object = val::object();
  object.set("label", to_js(run.label));
  object.set("status", to_js(run_status_name(run.status)));
  object.set("error", run.error != nullptr ? error_to_js(*run.error) : val::null());
  object.set("step", run.step);
  object.set("loss", run.loss ? val(*run.loss) : val::null());
  val rates = val::array();
  for (const double lr : run.lr) rates.call<void>("push", lr);
  object.set("lr", rates);
  val parameters = val::array();
  for (const ParameterView& parameter : run.parameters) {
    parameters.call<void>("push", parameter_to_js(parameter));
  }
  object.set("parameters", parameters);
  object.set("inspection", inspector_to_js(run.inspector));
  return object;
}

}  // namespace

val success(val value) {
  val outcome = val::object();
  outcome.set("ok", true);
  outcome.set("value", value);
  return outcome;
}

val failure(const Error& error) {
  val outcome = val::object();
  outcome.set("ok", false);
  outcome.set("error", error_to_js(error));
  return outcome;
}

val to_js(std::string_view text) { return val(std::string(text)); }
val to_js(std::span<const float> values) { return copied(values); }
val to_js(std::span<const double> values) { return copied(values); }
val to_js(std::span<const std::uint32_t> values) { return copied(values); }

val to_js(const Evaluation& evaluation) {
  val object = val::object();
  object.set("trainLoss", evaluation.train_loss);
  object.set("trainAccuracy", evaluation.train_accuracy);
  object.set("testLoss", evaluation.test_loss);
  object.set("testAccuracy", evaluation.test_accuracy);
  return object;
}

val to_js(const Dataset& dataset) {
  val object = val::object();
  object.set("features", dataset.features);
  object.set("classes", dataset.classes);
  object.set("trainX", to_js(dataset.train_x.span()));
  object.set("trainLabels", to_js(std::span<const std::uint32_t>(dataset.train_labels)));
  object.set("testX", to_js(dataset.test_x.span()));
  object.set("testLabels", to_js(std::span<const std::uint32_t>(dataset.test_labels)));
  return object;
}

val frame_to_js(const Session& session) {
  val frame = val::object();
  frame.set("iteration", session.iteration());
  frame.set("instruction", session.instruction());
  frame.set("furthest", session.furthest());
  frame.set("steps", session.experiment().steps);
  frame.set("finished", session.finished());
  val runs = val::array();
  for (std::size_t r = 0; r < session.run_count(); ++r) {
    runs.call<void>("push", run_to_js(session.run(r)));
  }
  frame.set("runs", runs);
  return frame;
}

val columns_to_js(const RunView& view, std::span<const std::span<const float>> columns,
                  std::size_t from) {
  val parameters = val::array();
  for (std::size_t p = 0; p < columns.size(); ++p) {
    val parameter = val::object();
    parameter.set("name", view.parameters[p].parameter->name());
    parameter.set("values", to_js(columns[p].subspan(from)));
    parameters.call<void>("push", parameter);
  }
  return parameters;
}

val history_to_js(const Session& session, std::size_t from) {
  const std::size_t to = session.furthest() + 1;
  from = std::min(from, to);
  const auto tail = [&](const auto& column) { return to_js(column.subspan(from)); };
  val history = val::object();
  history.set("from", from);
  history.set("to", to);
  val runs = val::array();
  for (std::size_t r = 0; r < session.run_count(); ++r) {
    const RunView view = session.run(r);
    const HistoryColumns columns = session.history(r);
    val run = val::object();
    run.set("label", to_js(view.label));
    run.set("loss", tail(columns.loss));
    run.set("lr", tail(columns.lr));
    run.set("gradNorm", tail(columns.grad_norm));
    run.set("updateNorm", tail(columns.update_norm));
    run.set("parameters", columns_to_js(view, columns.parameters, from));
#ifndef STEPLAB_FIRST_STEPS_ONLY  // that engine averages no weights
    if (const std::optional<AverageColumns> averaged = session.average_history(r)) {
      val average = val::object();
      average.set("loss", tail(averaged->loss));
      average.set("parameters", columns_to_js(view, averaged->parameters, from));
      run.set("average", average);
    }
#endif
    runs.call<void>("push", run);
  }
  history.set("runs", runs);
  return history;
}

}  // namespace steplab
