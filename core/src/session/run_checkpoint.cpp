// SPDX-License-Identifier: MIT
// Saving a run's parameters and optimizer, and starting from what was saved.
#include <algorithm>

#include "session/run.hpp"

namespace steplab {

Checkpoint Run::checkpoint() const {
  Checkpoint checkpoint;
  for (const Parameter* parameter : problem_->parameters()) {
    checkpoint.parameters.push_back({parameter->name(), parameter->value()});
  }
  checkpoint.optimizer = optimizer_->state_dict();
  return checkpoint;
}

Status Run::start_from(const Checkpoint& checkpoint) {
  const std::span<Parameter* const> own = problem_->parameters();
  for (const NamedTensor& loaded : checkpoint.parameters) {
    const auto found = std::find_if(own.begin(), own.end(), [&](const Parameter* parameter) {
      return parameter->name() == loaded.name;
    });
    if (found == own.end()) {
      return Error{ErrorCode::kInvalidArgument, "",
                   "the run has no parameter \"" + loaded.name + "\""};
    }
    if ((*found)->shape() != loaded.value.shape()) {
      return Error{ErrorCode::kInvalidArgument, "",
                   "parameter \"" + loaded.name + "\" has the shape " +
                       to_string(loaded.value.shape()) + "; the run's has " +
                       to_string((*found)->shape())};
    }
  }
  if (Status loaded = optimizer_->load_state_dict(checkpoint.optimizer); !loaded) return loaded;
  for (const NamedTensor& loaded : checkpoint.parameters) {
    for (Parameter* parameter : own) {
      if (parameter->name() != loaded.name) continue;
      const std::span<const float> values = loaded.value.span();
      std::copy(values.begin(), values.end(), parameter->mutable_value().span().begin());
      parameter->bump_version();
    }
  }
  return {};
}

}  // namespace steplab
