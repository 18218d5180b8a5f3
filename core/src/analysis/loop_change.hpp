// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

using Loop = std::vector<Instruction>;

/// The loop without a line.
Loop without_line(Loop loop, std::size_t index);
/// The loop with a line before the one that is at `index` now (or at the end).
Loop with_line(Loop loop, std::size_t index, Instruction line);
/// The loop with a line taken from its place and put before the one that is at `to` now.
Loop with_line_moved(Loop loop, std::size_t from, std::size_t to);
/// The loop with a line that says something else.
Loop with_line_changed(Loop loop, std::size_t index, Instruction line);

/// One past the last line of a kind that is not struck out; 0 when there is none.
std::size_t after_last(const Loop& loop, InstructionKind kind);

/// What a line is called in a text: "optimizer.step()".
const char* python_name(InstructionKind kind);

}  // namespace steplab
