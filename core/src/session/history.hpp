// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "session/run.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// What a column tells of a parameter: a scalar's value, a tensor's norm.
float summary_of(const Tensor& value);

/// One run's columnar record: a row for every step from 0. Memory for all rows is taken at once, so
/// that recording allocates nothing.
class History {
 public:
  /// Bytes that a history of that many rows over that many parameters takes.
  static std::size_t bytes(std::size_t rows, std::size_t parameters);

  /// `rows`: the number of steps and one for the start.
  History(std::size_t rows, std::size_t parameters);

  /// Writes what is known of a row on arriving at it: the parameters, and how the step went that
  /// led there (NaN at row 0). The loss stays as it is until set_loss.
  void enter(std::size_t row, Run& run);
  /// Writes the learning rate with which the run leaves a row: after the row's edits.
  void set_lr(std::size_t row, Run& run);
  void set_loss(std::size_t row, float loss) { loss_[row] = loss; }
  bool has_loss(std::size_t row) const { return loss_[row] == loss_[row]; }
  /// Forgets the loss of a row and what comes after it, for after an edit.
  void truncate(std::size_t row);

  /// The columns of rows 0 … count-1.
  HistoryColumns columns(std::size_t count) const;

 private:
  std::vector<float> loss_;
  std::vector<double> lr_;
  std::vector<float> grad_norm_;
  std::vector<float> update_norm_;
  std::vector<std::vector<float>> parameters_;
};

}  // namespace steplab
