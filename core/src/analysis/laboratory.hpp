// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "analysis/observation.hpp"
#include "analysis/trial.hpp"
#include "steplab/analysis/diagnosis.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// Where experiments are tried out. Whoever wants a result asks for it; the first time there is
/// none yet (null), the work is put on a list, and whoever asked comes back when it is done. That
/// keeps the doctor's questions plain functions, and their work divisible into slices. The same
/// question is answered once.
class Laboratory {
 public:
  /// How an experiment with one run ends; null until it has been tried. An experiment that cannot
  /// be run gives a trial without parameters.
  const Trial* trial(const Experiment& experiment);
  /// How its parameters compare with another's.
  const Verdict* verdict(const Experiment& experiment, const Experiment& canonical);
  /// What it does line by line.
  const Observation* observation(const Experiment& experiment);

  /// The largest eigenvalue of its loss's Hessian at the given parameters; NaN where there is none.
  const double* sharpness(const Experiment& experiment, const std::vector<std::vector<float>>& at);

  /// Whether something that was asked for has not been done.
  bool has_work() const { return !work_.empty(); }
  /// Does about so many iterations of it; at least one.
  void advance(std::size_t iterations);

 private:
  struct Work {
    virtual ~Work() = default;
    /// True while there is more to do.
    virtual bool advance(std::size_t iterations) = 0;
  };
  template <class Worker, class Found>
  struct WorkOf;

  // A worker's result by its question; null while it is on the list.
  template <class Found>
  using Answers = std::map<std::string, std::unique_ptr<Found>>;

  template <class Worker, class Found, class... Questions>
  const Found* ask(Answers<Found>& answers, const std::string& key, const Questions&... questions);

  Answers<Trial> trials_;
  Answers<Verdict> verdicts_;
  Answers<Observation> observations_;
  Answers<double> sharpness_;
  std::deque<std::unique_ptr<Work>> work_;
};

}  // namespace steplab
