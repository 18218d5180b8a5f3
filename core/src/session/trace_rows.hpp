// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "steplab/session/session.hpp"

namespace steplab {

/// What a trace holds of one recorded step of a run, copied out of the session.
struct TraceRow {
  struct State {
    std::string name;
    std::vector<float> values;     ///< of a tensor
    std::optional<double> scalar;  ///< or a number
  };
  std::size_t step = 0;
  std::optional<float> loss;  ///< nullopt where the problem has none
  std::vector<double> lr;
  /// In the order of TraceRows::columns; shorter than those where the model has no more yet.
  std::vector<std::vector<float>> parameters;
  /// Of a run that keeps an average of its weights.
  struct Average {
    std::size_t updates = 0;
    std::optional<float> loss;
    std::vector<std::vector<float>> parameters;
  };
  std::optional<Average> average;
  std::vector<std::vector<State>> state;  ///< per parameter; empty unless asked for
};

/// One run's rows and how it ended.
struct TraceRun {
  std::string label;
  RunStatus status = RunStatus::kRunning;
  std::optional<RunError> error;
  std::vector<std::string> warnings;
  std::vector<TraceRow> rows;
};

/// Everything that a trace file says.
struct TraceRows {
  struct Column {
    std::string name;
    std::size_t size = 0;  ///< elements
  };
  /// The model's parameters in the order in which they came to be.
  std::vector<Column> columns;
  bool has_state = false;
  std::vector<TraceRun> runs;
};

std::string trace_json(const TraceRows& rows);
std::string trace_csv(const TraceRows& rows);

}  // namespace steplab
