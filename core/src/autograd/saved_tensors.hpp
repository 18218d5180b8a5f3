// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "autograd/variable.hpp"
#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"

namespace steplab {

/// What an operation's backward will read: PyTorch's SavedVariables. Nothing is copied; versions
/// are remembered, so that a value that was changed in place since is noticed.
class SavedTensors {
 public:
  /// Forgets everything; the next forward saves anew.
  void clear() {
    for (Slot& slot : slots_) slot.is_used = false;
    is_released_ = false;
  }

  /// Keeps `variable` in the given slot. `is_transposed`: what is saved is a transposed view of it.
  void keep(std::size_t slot, const Variable& variable, bool is_transposed = false) {
    const std::uint64_t version = variable.parameter != nullptr ? variable.parameter->version() : 0;
    slots_[slot] = {&variable, version, true, is_transposed};
  }

  /// Frees what was saved, as backward does unless it retains the graph.
  void release() { is_released_ = true; }

  /// Whether backward may read everything that was saved.
  bool is_intact() const {
    for (const Slot& slot : slots_) {
      if (slot.is_used && (is_released_ || is_stale(slot))) return false;
    }
    return true;
  }

  /// PyTorch's RuntimeError; only when not intact.
  Error error() const;

  void archive(Archive& archive) {
    for (Slot& slot : slots_) {
      archive.value(slot.version);
      archive.value(slot.is_used);
    }
    archive.value(is_released_);
  }

 private:
  struct Slot {
    const Variable* variable = nullptr;
    std::uint64_t version = 0;
    bool is_used = false;
    bool is_transposed = false;
  };

  static bool is_stale(const Slot& slot) {
    const Parameter* parameter = slot.variable->parameter;
    return parameter != nullptr && parameter->version() != slot.version;
  }

  std::array<Slot, 3> slots_;
  bool is_released_ = false;
};

}  // namespace steplab
