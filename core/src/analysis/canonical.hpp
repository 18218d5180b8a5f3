// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// Whether a loop collects the gradients of several batches before it steps, and of how many: its
/// only step() runs every k iterations and its backward in each. 1 where it does not.
std::size_t accumulated_batches(const std::vector<Instruction>& loop);

/// The same ingredients in the right order: zero_grad, forward, backward, the clipping lines that
/// the loop has, step, and scheduler_step if there is a scheduler. A loop that accumulates keeps
/// doing so, with the loss divided and the gradients dropped after each step. What freezes, changes
/// the model or the optimizer's groups, saves or loads stays.
std::vector<Instruction> canonical_loop_of(const std::vector<Instruction>& loop,
                                           bool has_scheduler);

/// Index of the first line of a kind that is not struck out.
std::optional<std::size_t> first_line(const std::vector<Instruction>& loop, InstructionKind kind);

}  // namespace steplab
