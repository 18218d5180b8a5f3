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
    if (!store.wants(iteration)) continue;
    std::memcpy(store.slot_for(sizeof iteration).data(), &iteration, sizeof iteration);
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
  for (std::size_t iteration = 0; iteration < 10; ++iteration) store.slot_for(1);
  store.truncate(4);
  EXPECT_EQ(store.find(9).iteration, 4U);
  EXPECT_TRUE(store.wants(5));
}

TEST(SnapshotStore, TakesStatesThatGrow) {
  SnapshotStore store(1, 4);
  for (std::size_t iteration = 0; iteration < 50; ++iteration) {
    if (!store.wants(iteration)) continue;
    const std::span<std::byte> slot = store.slot_for(iteration + 1);
    ASSERT_EQ(slot.size(), iteration + 1);
    slot.back() = static_cast<std::byte>(iteration);
  }
  for (std::size_t iteration = 0; iteration < 50; ++iteration) {
    const SnapshotStore::Found found = store.find(iteration);
    ASSERT_EQ(found.state.size(), found.iteration + 1);
    EXPECT_EQ(found.state.back(), static_cast<std::byte>(found.iteration));
  }
}

}  // namespace
}  // namespace steplab
