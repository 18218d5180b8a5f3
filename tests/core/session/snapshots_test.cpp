// SPDX-License-Identifier: MIT
#include "session/snapshots.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace steplab {
namespace {

TEST(SnapshotStore, HoldsEveryStepWithinOneIntervalWhateverTheLength) {
  // Room for eight snapshots of one number.
  SnapshotStore store(sizeof(std::size_t), 8 * sizeof(std::size_t));
  for (std::size_t iteration = 0; iteration <= 1000; ++iteration) {
    const std::span<std::byte> slot = store.slot_for(iteration);
    if (!slot.empty()) std::memcpy(slot.data(), &iteration, sizeof iteration);
  }
  for (std::size_t iteration = 0; iteration <= 1000; ++iteration) {
    const SnapshotStore::Found found = store.find(iteration);
    std::size_t saved = 0;
    std::memcpy(&saved, found.state.data(), sizeof saved);
    EXPECT_EQ(saved, found.iteration);
    EXPECT_LE(found.iteration, iteration);
    EXPECT_LT(iteration - found.iteration, 256U);
  }
}

TEST(SnapshotStore, ForgetsWhatComesAfterATruncation) {
  SnapshotStore store(1, 100);
  for (std::size_t iteration = 0; iteration < 10; ++iteration) store.slot_for(iteration);
  store.truncate(4);
  EXPECT_EQ(store.find(9).iteration, 4U);
  EXPECT_FALSE(store.slot_for(5).empty());
}

}  // namespace
}  // namespace steplab
