// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace steplab::support {

/// How often operator new was called so far in this program (allocation_counter.cpp replaces it).
std::size_t allocation_count();

}  // namespace steplab::support
