// SPDX-License-Identifier: MIT
#include "analysis/effort.hpp"

#include <algorithm>
#include <variant>

namespace steplab {
namespace {

constexpr double kEffort = 150'000.0;  // microseconds for one trial
constexpr double kMinIterations = 20.0;
constexpr double kMaxIterations = 5'000.0;

constexpr double kOverhead = 3.0;                  // microseconds an iteration
constexpr double kElementsPerMicrosecond = 200.0;  // of an optimizer's step
// Forward and backward take six operations a sample and weight.
constexpr double kSamplesPerMicrosecond = 2'000.0 / 6.0;

}  // namespace

double iteration_effort(const Session& session) {
  double elements = 0.0;
  const RunView run = session.run(0);
  for (const ParameterView& view : run.parameters) {
    elements += static_cast<double>(view.parameter->value().size());
  }
  double effort = kOverhead + elements / kElementsPerMicrosecond;
  if (const auto* task = std::get_if<TaskSpec>(&session.experiment().problem)) {
    effort += elements * static_cast<double>(task->batch_size) / kSamplesPerMicrosecond;
  }
  return effort;
}

std::size_t iterations_within_effort(const Session& session) {
  const double affordable =
      std::clamp(kEffort / iteration_effort(session), kMinIterations, kMaxIterations);
  return std::min(session.experiment().steps, static_cast<std::size_t>(affordable));
}

}  // namespace steplab
