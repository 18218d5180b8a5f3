// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"

namespace steplab {

/// What a trace holds.
struct TraceOptions {
  std::size_t every = 1;  ///< record steps 0, every, 2·every, … and the last; ≥ 1
  bool state = false;     ///< optimizer state too, under PyTorch's names
};

/// A recorder of whole experiments: runs one from its start and writes the JSON trace of the
/// command line. Advance it in slices so that a page can show progress and cancel.
class TraceRecorder {
 public:
  static Result<TraceRecorder> create(Experiment experiment, TraceOptions options);
  /// Records a session from where it stands, which must be its start.
  static Result<TraceRecorder> create(std::unique_ptr<Session> session, TraceOptions options);
  TraceRecorder(TraceRecorder&&) noexcept;
  TraceRecorder& operator=(TraceRecorder&&) noexcept;
  ~TraceRecorder();

  /// Runs up to `iterations` more; true while there is more to do.
  bool advance(std::size_t iterations);
  std::size_t iteration() const;
  /// Whether a run ended in "diverged" or "error".
  bool failed() const;
  /// The trace as JSON. Floats read back to the same bits; non-finite ones are "nan", "inf",
  /// "-inf".
  std::string json() const;
  /// The same rows as CSV: run, step, loss, lr, then a column per parameter element.
  std::string csv() const;

 private:
  struct Implementation;
  explicit TraceRecorder(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace steplab
