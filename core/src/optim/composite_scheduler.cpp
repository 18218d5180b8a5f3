// SPDX-License-Identifier: MIT
#include "optim/composite_scheduler.hpp"

#include <algorithm>

namespace steplab {

std::vector<std::string_view> CompositeScheduler::warnings() const {
  std::vector<std::string_view> all;
  for (const auto& member : members_) {
    for (const std::string_view warning : member->warnings()) {
      if (std::find(all.begin(), all.end(), warning) == all.end()) all.push_back(warning);
    }
  }
  return all;
}

void CompositeScheduler::archive(Archive& archive) {
  for (const auto& member : members_) member->archive(archive);
}

Status CompositeScheduler::start_over() {
  return Error{ErrorCode::kInvalidHyperParameter, hyper_path(kSchedulersKey),
               "NotImplementedError"};
}

void CompositeScheduler::undo_step() {
  for (const auto& member : members_) member->undo_step();
}

Status CompositeScheduler::check_members(std::string_view owner, std::string_view expected,
                                         const Schedulers& members) {
  if (members.empty()) {
    return invalid_hyper(kSchedulersKey, std::string(owner) + " expects " + std::string(expected) +
                                             ", but got no scheduler.");
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!members[i]->needs_metric()) continue;
    Error error = invalid_hyper(
        kSchedulersKey,
        std::string(owner) +
            " does not support `ReduceLROnPlateau` scheduler as it requires additional kwargs to "
            "be specified when calling `step`, but got one at index " +
            std::to_string(i) + " in the given schedulers sequence.");
    error.path += "/" + std::to_string(i);
    return error;
  }
  return {};
}

}  // namespace steplab
