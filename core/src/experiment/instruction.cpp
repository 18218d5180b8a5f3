// SPDX-License-Identifier: MIT
#include <array>

#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

// In the order of InstructionKind.
constexpr std::array<std::string_view, 17> kNames = {
    "zero_grad",      "forward",         "backward",           "step",
    "scheduler_step", "clip_grad_norm",  "clip_grad_value",    "scale_loss",
    "detach",         "freeze",          "unfreeze",           "add_layer",
    "replace_layer",  "add_param_group", "recreate_optimizer", "save_state",
    "load_state"};

}  // namespace

std::string_view instruction_name(InstructionKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<InstructionKind> instruction_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<InstructionKind>(i);
  }
  return std::nullopt;
}

std::vector<Instruction> canonical_loop() {
  return {{.kind = InstructionKind::kZeroGrad},
          {.kind = InstructionKind::kForward},
          {.kind = InstructionKind::kBackward},
          {.kind = InstructionKind::kStep}};
}

}  // namespace steplab
