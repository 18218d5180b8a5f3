// SPDX-License-Identifier: MIT
#include "session/snapshots.hpp"

#include <algorithm>
#include <utility>

namespace steplab {

SnapshotStore::SnapshotStore(std::size_t size, std::size_t budget)
    : slots_(std::clamp<std::size_t>(budget / std::max<std::size_t>(size, 1), 2, 256) & ~1U) {
  for (std::vector<std::byte>& slot : slots_) slot.resize(size);
}

std::span<std::byte> SnapshotStore::slot_for(std::size_t size) {
  if (count_ == slots_.size()) {
    count_ /= 2;
    for (std::size_t kept = 1; kept < count_; ++kept) std::swap(slots_[kept], slots_[2 * kept]);
    interval_ *= 2;
  }
  std::vector<std::byte>& slot = slots_[count_++];
  slot.resize(size);
  return slot;
}

SnapshotStore::Found SnapshotStore::find(std::size_t iteration) {
  const std::size_t index = std::min(iteration / interval_, count_ - 1);
  return {index * interval_, slots_[index]};
}

void SnapshotStore::truncate(std::size_t iteration) {
  count_ = std::min(count_, iteration / interval_ + 1);
}

}  // namespace steplab
