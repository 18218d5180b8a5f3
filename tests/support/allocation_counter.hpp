// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace steplab {

/// How many times operator new was called so far by this executable, which links
/// allocation_counter.cpp.
std::size_t allocation_count();

}  // namespace steplab
