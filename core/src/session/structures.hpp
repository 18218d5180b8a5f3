// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// Something that gave a run another structure: which layers there are, which parameters which
/// optimizer has.
struct StructureChange {
  InstructionKind kind;  ///< forward: the first one through new layers
  std::string layer;     ///< of replace_layer
  ParamGroupSpec group;  ///< of add_param_group

  bool operator==(const StructureChange&) const = default;

  bool concerns_layers() const {
    return kind == InstructionKind::kAddLayer || kind == InstructionKind::kReplaceLayer;
  }
  bool concerns_optimizer() const {
    return kind == InstructionKind::kAddParamGroup || kind == InstructionKind::kRecreateOptimizer;
  }
};

/// The structures that a run has had. A snapshot holds the number of its structure; whoever
/// restores it first gives the run that structure again, by making the same changes.
class Structures {
 public:
  using Changes = std::vector<StructureChange>;

  std::size_t current() const { return current_; }
  void set_current(std::size_t number) { current_ = number; }
  const Changes& changes(std::size_t number) const { return known_[number]; }

  std::size_t layer_changes() const {
    const Changes& changes = known_[current_];
    return static_cast<std::size_t>(
        std::count_if(changes.begin(), changes.end(),
                      [](const StructureChange& change) { return change.concerns_layers(); }));
  }

  /// Makes one more change to the current structure.
  void change(StructureChange change) {
    Changes changes = known_[current_];
    if (change.kind == InstructionKind::kRecreateOptimizer) forget_optimizers(changes);
    const bool is_second = !changes.empty() &&
                           changes.back().kind == InstructionKind::kRecreateOptimizer &&
                           change.kind == InstructionKind::kRecreateOptimizer;
    if (!is_second) changes.push_back(std::move(change));
    const auto found = std::find(known_.begin(), known_.end(), changes);
    current_ = static_cast<std::size_t>(found - known_.begin());
    if (found == known_.end()) known_.push_back(std::move(changes));
  }

 private:
  // Only two optimizers matter: the one that the schedulers were made for, which was there until
  // the first recreate_optimizer, and the last.
  static void forget_optimizers(Changes& changes) {
    auto first = std::find_if(changes.begin(), changes.end(), [](const StructureChange& change) {
      return change.kind == InstructionKind::kRecreateOptimizer;
    });
    if (first == changes.end()) return;
    changes.erase(
        std::remove_if(first + 1, changes.end(),
                       [](const StructureChange& change) { return change.concerns_optimizer(); }),
        changes.end());
  }

  std::vector<Changes> known_{{}};
  std::size_t current_ = 0;
};

}  // namespace steplab
