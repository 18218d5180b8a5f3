// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace steplab {

/// Saved states at regular iterations within a fixed budget of memory. When the store is full,
/// every other snapshot is dropped and the interval doubles, so that any step can be reached again
/// by replaying at most one interval. All memory is taken at construction, but for states that grow
/// beyond their first size.
class SnapshotStore {
 public:
  /// `size`: bytes of a first snapshot; as many as fit in `budget` bytes are kept, at least two.
  SnapshotStore(std::size_t size, std::size_t budget);

  /// Whether that iteration's state is to be saved; if so, slot_for comes next.
  bool wants(std::size_t iteration) const { return iteration == count_ * interval_; }
  /// The buffer to save the wanted state of `size` bytes into.
  std::span<std::byte> slot_for(std::size_t size);

  struct Found {
    std::size_t iteration = 0;
    std::span<std::byte> state;
  };
  /// The latest snapshot at or before an iteration; there is one from the first save (of iteration
  /// 0) on.
  Found find(std::size_t iteration);

  /// Drops the snapshots after an iteration.
  void truncate(std::size_t iteration);

 private:
  std::size_t interval_ = 1;
  std::vector<std::vector<std::byte>> slots_;
  std::size_t count_ = 0;  ///< snapshot i holds iteration i·interval_
};

}  // namespace steplab
