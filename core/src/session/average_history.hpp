// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "session/run.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// Gives a problem a run's averaged weights, to look at them; null without an average, and for a
/// model that has other layers by now, of which there is none.
Problem* at_average(const Run& run, Problem& probe);

/// What runs' averaged weights were, in columns beside their History. The page's first engine
/// averages no weights, and is smaller without it.
class AverageHistory {
 public:
  /// Bytes that it takes of a run with an average.
  static std::size_t bytes(std::size_t rows, std::size_t parameters);

  AverageHistory();
  ~AverageHistory();

  /// Takes the memory for the next run, in order.
  void add(std::size_t rows, const Run& run);

  /// Writes a run's row on arriving at it: the average, and its loss on that row's mini-batch, for
  /// which the probe is used; NaN where there is none, or not yet.
  void enter(std::size_t row, std::size_t index, const Run& run, Problem& probe);

  /// A run's columns of rows 0 … count-1; nullopt where it keeps no average.
  std::optional<AverageColumns> columns(std::size_t index, std::size_t count) const;

 private:
  struct Columns;
  std::vector<Columns> runs_;
};

}  // namespace steplab
