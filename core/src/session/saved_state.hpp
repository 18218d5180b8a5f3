// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/optim/checkpoint.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// The variable `saved` of a loop:
///
///     saved = copy.deepcopy((model.state_dict(), optimizer.state_dict()))   # save_state
///     model.load_state_dict(saved[0]); optimizer.load_state_dict(saved[1])  # load_state
class SavedState {
 public:
  void save(Problem& problem, const Optimizer& optimizer);
  /// Errors: kLoop `name 'saved' is not defined`; what load_state_dict raises.
  Status load(Problem& problem, Optimizer& optimizer) const;
  void archive(Archive& archive);

 private:
  [[maybe_unused]] bool exists_ = false;  // the page's first engine saves nothing
  Checkpoint checkpoint_;
};

}  // namespace steplab
