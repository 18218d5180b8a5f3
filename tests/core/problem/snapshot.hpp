// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// A problem's whole state, as a session keeps it.
inline std::vector<std::byte> save(Problem& problem) {
  Archive measuring = Archive::measuring();
  problem.archive(measuring);
  std::vector<std::byte> buffer(measuring.bytes());
  Archive saving = Archive::saving(buffer);
  problem.archive(saving);
  return buffer;
}

inline void restore(Problem& problem, std::vector<std::byte>& buffer) {
  Archive restoring = Archive::restoring(buffer);
  problem.archive(restoring);
}

}  // namespace steplab
