// SPDX-License-Identifier: MIT
#include "analysis/canonical.hpp"

#include <algorithm>

namespace steplab {
namespace {

bool clips(const Instruction& line) {
  return line.kind == InstructionKind::kClipGradNorm || line.kind == InstructionKind::kClipGradValue;
}

}  // namespace

bool is_due(const Instruction& line, std::size_t iteration) {
  return line.enabled && (iteration + 1) % line.every == 0;
}

std::optional<std::size_t> first_line(const std::vector<Instruction>& loop, InstructionKind kind) {
  const auto found = std::find_if(loop.begin(), loop.end(), [kind](const Instruction& line) {
    return line.enabled && line.kind == kind;
  });
  if (found == loop.end()) return std::nullopt;
  return static_cast<std::size_t>(found - loop.begin());
}

std::size_t accumulated_batches(const std::vector<Instruction>& loop) {
  std::size_t every = 0;
  bool has_backward = false;
  for (const Instruction& line : loop) {
    if (!line.enabled) continue;
    if (line.kind == InstructionKind::kStep) {
      if (every != 0 && line.every != every) return 1;
      every = line.every;
    }
    has_backward = has_backward || (line.kind == InstructionKind::kBackward && line.every == 1);
  }
  return has_backward ? std::max<std::size_t>(every, 1) : 1;
}

std::vector<Instruction> canonical_loop_of(const std::vector<Instruction>& loop,
                                           bool has_scheduler) {
  const std::size_t batches = accumulated_batches(loop);
  std::vector<Instruction> canonical;
  if (batches == 1) canonical.push_back({.kind = InstructionKind::kZeroGrad});
  canonical.push_back({.kind = InstructionKind::kForward});
  canonical.push_back({.kind = InstructionKind::kBackward});
  for (const Instruction& line : loop) {
    if (!line.enabled || !clips(line)) continue;
    canonical.push_back(line);
    if (line.every == 1) canonical.back().every = batches;
  }
  canonical.push_back({.kind = InstructionKind::kStep, .every = batches});
  if (batches > 1) canonical.push_back({.kind = InstructionKind::kZeroGrad, .every = batches});
  if (has_scheduler) {
    const auto line = first_line(loop, InstructionKind::kSchedulerStep);
    canonical.push_back(
        {.kind = InstructionKind::kSchedulerStep,
         .every = line && loop[*line].every > 1 ? loop[*line].every : batches});
  }
  return canonical;
}

}  // namespace steplab
