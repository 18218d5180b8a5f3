// SPDX-License-Identifier: MIT
#include "bench/workload_json.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <variant>

#include "problem/batch_sampler.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/session/session.hpp"

namespace steplab {
namespace {

std::string json(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
  return text;
}

std::string json(std::size_t value) { return std::to_string(value); }
std::string json(std::uint32_t value) { return std::to_string(value); }

template <class Element>
std::string json(std::span<const Element> values) {
  std::string text;
  for (const Element& value : values) {
    text += text.empty() ? "[" : ",";
    text += json(value);
  }
  return text.empty() ? "[]" : text + "]";
}

std::string parameters_json(const RunView& run) {
  std::string text;
  for (const ParameterView& view : run.parameters) {
    const Parameter& parameter = *view.parameter;
    text += text.empty() ? "[" : ",";
    text += "{\"name\":\"" + parameter.name() +
            "\",\"shape\":" + json(std::span<const std::size_t>(parameter.shape())) +
            ",\"value\":" + json(parameter.value().span()) + "}";
  }
  return text + "]";
}

std::string task_json(const Dataset& data, std::size_t batch_size, std::uint64_t seed,
                      std::size_t steps) {
  BatchSampler sampler(data.train_labels.size(), batch_size, seed);
  std::string batches;
  for (std::size_t step = 0; step < steps; ++step) {
    batches += step == 0 ? "[" : ",";
    batches += json(sampler.batch(step));
  }
  return "{\"features\":" + json(data.features) + ",\"classes\":" + json(data.classes) +
         ",\"x\":" + json(data.train_x.span()) +
         ",\"labels\":" + json(std::span<const std::uint32_t>(data.train_labels)) +
         ",\"batches\":" + batches + "]}";
}

}  // namespace

Result<std::string> workload_json(const Experiment& experiment, std::size_t steps) {
  Result<std::unique_ptr<Session>> created = Session::create(experiment);
  if (!created) return created.error();
  Session& session = **created;
  const std::string parameters = parameters_json(session.run(0));
  session.advance(steps);
  std::string task = "null";
  if (const Dataset* data = session.dataset()) {
    task =
        task_json(*data, std::get<TaskSpec>(experiment.problem).batch_size, experiment.seed, steps);
  }
  return "{\"losses\":" + json(session.history(0).loss.first(steps)) +
         ",\"parameters\":" + parameters + ",\"task\":" + task + "}";
}

}  // namespace steplab
