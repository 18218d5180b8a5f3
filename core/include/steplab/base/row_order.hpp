// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace steplab {

/// The permutation that sorts `rows` as PyTorch 2.13.0's `sort()` does on a CPU, equal rows
/// included: the order in which coalesce() adds them up. Up to 16 rows and from 32768 on equal rows
/// keep their order; between, they come as introsort leaves them.
void order_rows(std::span<const std::uint32_t> rows, std::span<std::uint32_t> order);

}  // namespace steplab
