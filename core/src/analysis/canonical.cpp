// SPDX-License-Identifier: MIT
#include "analysis/canonical.hpp"

#include <algorithm>
#include <iterator>

namespace steplab {
namespace {

bool clips(const Instruction& line) {
  return line.kind == InstructionKind::kClipGradNorm ||
         line.kind == InstructionKind::kClipGradValue;
}

// Where a line stands between the three that every loop has.
enum class Phase { kBeforeForward, kBeforeBackward, kBeforeStep, kAfterStep };

std::vector<Phase> phases_of(const std::vector<Instruction>& loop) {
  std::vector<Phase> phases;
  Phase phase = Phase::kBeforeForward;
  const auto reach = [&phase](Phase reached) { phase = std::max(phase, reached); };
  for (const Instruction& line : loop) {
    phases.push_back(phase);
    if (!line.enabled) continue;
    if (line.kind == InstructionKind::kForward) reach(Phase::kBeforeBackward);
    if (line.kind == InstructionKind::kBackward) reach(Phase::kBeforeStep);
    if (line.kind == InstructionKind::kStep) reach(Phase::kAfterStep);
  }
  return phases;
}

// What is no part of the order, and stays in its phase. An optimizer or a layer that is made anew
// in every iteration is a mistake.
bool is_deliberate(const Instruction& line) {
  switch (line.kind) {
    case InstructionKind::kFreeze:
    case InstructionKind::kUnfreeze:
    case InstructionKind::kAddLayer:
    case InstructionKind::kAddParamGroup:
    case InstructionKind::kSaveState:
    case InstructionKind::kLoadState:
      return true;
    case InstructionKind::kReplaceLayer:
    case InstructionKind::kRecreateOptimizer:
      return line.at || line.every > 1;
    default:
      return false;
  }
}

}  // namespace

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
      if (line.at || (every != 0 && line.every != every)) return 1;
      every = line.every;
    }
    has_backward =
        has_backward || (line.kind == InstructionKind::kBackward && line.every == 1 && !line.at);
  }
  return has_backward ? std::max<std::size_t>(every, 1) : 1;
}

std::vector<Instruction> canonical_loop_of(const std::vector<Instruction>& loop,
                                           bool has_scheduler) {
  const std::size_t batches = accumulated_batches(loop);
  const std::vector<Phase> phases = phases_of(loop);
  std::vector<Instruction> canonical;
  const auto keep = [&](Phase phase) {
    for (std::size_t i = 0; i < loop.size(); ++i) {
      if (loop[i].enabled && is_deliberate(loop[i]) && phases[i] == phase) {
        canonical.push_back(loop[i]);
      }
    }
  };
  keep(Phase::kBeforeForward);
  if (batches == 1) canonical.push_back({.kind = InstructionKind::kZeroGrad});
  canonical.push_back({.kind = InstructionKind::kForward});
  if (batches > 1) {
    canonical.push_back({.kind = InstructionKind::kScaleLoss, .divisor = batches});
  } else {
    std::copy_if(loop.begin(), loop.end(), std::back_inserter(canonical), [](const auto& line) {
      return line.enabled && line.kind == InstructionKind::kScaleLoss;
    });
  }
  keep(Phase::kBeforeBackward);
  canonical.push_back({.kind = InstructionKind::kBackward});
  keep(Phase::kBeforeStep);
  for (const Instruction& line : loop) {
    if (!line.enabled || !clips(line)) continue;
    canonical.push_back(line);
    if (line.every == 1 && !line.at) canonical.back().every = batches;
  }
  canonical.push_back({.kind = InstructionKind::kStep, .every = batches});
  if (batches > 1) canonical.push_back({.kind = InstructionKind::kZeroGrad, .every = batches});
  if (has_scheduler) {
    const auto line = first_line(loop, InstructionKind::kSchedulerStep);
    const bool is_seldom = line && loop[*line].every > 1;
    canonical.push_back({.kind = InstructionKind::kSchedulerStep,
                         .every = is_seldom ? loop[*line].every : batches});
  }
  keep(Phase::kAfterStep);
  return canonical;
}

}  // namespace steplab
