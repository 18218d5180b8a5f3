// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

#include "steplab/analysis/diagnosis.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// The doctor at work. Every run of an experiment is executed beside its canonical loop, watched
/// line by line, and tried again with changes; nothing is concluded from the text of a loop alone.
/// It works in slices, so that a page can show progress and cancel.
class Examination {
 public:
  /// Errors are Session::create's: what cannot be run cannot be examined.
  static Result<std::unique_ptr<Examination>> create(Experiment experiment);
  ~Examination();

  /// Does about as much work as that many iterations of the loop; true when finished.
  bool advance(std::size_t iterations);
  /// The share of the work that is done, from 0 to 1: an estimate that never goes back.
  double progress() const;
  /// What was found; whole once advance() has returned true.
  Diagnosis result() const;

 private:
  struct Implementation;
  explicit Examination(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace steplab
