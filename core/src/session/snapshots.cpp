// SPDX-License-Identifier: MIT
#include "session/snapshots.hpp"

#include <algorithm>
#include <cstring>

namespace steplab {

SnapshotStore::SnapshotStore(std::size_t size, std::size_t budget)
    : size_(size),
      capacity_(std::clamp<std::size_t>(budget / std::max<std::size_t>(size, 1), 2, 256) & ~1U),
      memory_(size_ * capacity_) {}

std::span<std::byte> SnapshotStore::slot_for(std::size_t iteration) {
  if (iteration != count_ * interval_) return {};
  if (count_ == capacity_) {
    for (std::size_t kept = 1; kept < capacity_ / 2; ++kept) {
      std::memcpy(slot(kept).data(), slot(2 * kept).data(), size_);
    }
    count_ = capacity_ / 2;
    interval_ *= 2;
  }
  return slot(count_++);
}

SnapshotStore::Found SnapshotStore::find(std::size_t iteration) {
  const std::size_t index = std::min(iteration / interval_, count_ - 1);
  return {index * interval_, slot(index)};
}

void SnapshotStore::truncate(std::size_t iteration) {
  count_ = std::min(count_, iteration / interval_ + 1);
}

}  // namespace steplab
