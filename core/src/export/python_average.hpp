// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "export/python_problem.hpp"
#include "export/python_text.hpp"
#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab::python {

/// The lines of a script that keep an average of the weights, as torch.optim.swa_utils does.
class AverageScript {
 public:
  /// `path` is the average's in the document.
  static Result<AverageScript> create(const NamedSpec& average, const ProblemScript& problem,
                                      const std::string& path);

  /// `averaged = torch.optim.swa_utils.AveragedModel(…)`.
  Lines setup() const;
  /// Before the loop: the counter of steps, where one is needed.
  Lines before() const;
  /// After a step: the update, when it is due.
  Lines after_step() const;
  /// After the loop of so many iterations: prints the average's loss on the next mini-batch, or
  /// what it is where there is no loss. `label` is an expression.
  Lines after(const std::string& label, std::size_t iterations) const;

 private:
  explicit AverageScript(const ProblemScript& problem) : problem_(&problem) {}

  std::string weights() const;

  const ProblemScript* problem_;
  std::string function_;  ///< avg_fn; empty for the mean of all
  std::string due_;       ///< a condition on `steps`; empty after every step
};

}  // namespace steplab::python
