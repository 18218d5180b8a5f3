// SPDX-License-Identifier: MIT
#include "analysis/loop_change.hpp"

#include <utility>

namespace steplab {
namespace {

std::ptrdiff_t place(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

}  // namespace

Loop without_line(Loop loop, std::size_t index) {
  loop.erase(loop.begin() + place(index));
  return loop;
}

Loop with_line(Loop loop, std::size_t index, Instruction line) {
  loop.insert(loop.begin() + place(index), std::move(line));
  return loop;
}

Loop with_line_moved(Loop loop, std::size_t from, std::size_t to) {
  Instruction line = loop[from];
  loop.erase(loop.begin() + place(from));
  return with_line(std::move(loop), from < to ? to - 1 : to, std::move(line));
}

Loop with_line_changed(Loop loop, std::size_t index, Instruction line) {
  loop[index] = std::move(line);
  return loop;
}

std::size_t after_last(const Loop& loop, InstructionKind kind) {
  std::size_t after = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    if (loop[i].enabled && loop[i].kind == kind) after = i + 1;
  }
  return after;
}

const char* python_name(InstructionKind kind) {
  switch (kind) {
    case InstructionKind::kZeroGrad:
      return "optimizer.zero_grad()";
    case InstructionKind::kForward:
      return "loss = loss_fn(model(x), y)";
    case InstructionKind::kBackward:
      return "loss.backward()";
    case InstructionKind::kStep:
      return "optimizer.step()";
    case InstructionKind::kSchedulerStep:
      return "scheduler.step()";
    case InstructionKind::kClipGradNorm:
      return "clip_grad_norm_()";
    case InstructionKind::kClipGradValue:
      return "clip_grad_value_()";
    default:
      return instruction_name(kind).data();
  }
}

}  // namespace steplab
