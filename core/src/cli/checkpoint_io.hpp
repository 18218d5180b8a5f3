// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "cli/outcome.hpp"
#include "steplab/optim/checkpoint.hpp"

namespace steplab {

/// Reads BASE.safetensors and BASE.json. Says on stderr which of them is wrong, and how; nullopt
/// then.
std::optional<Checkpoint> load_checkpoint(const std::string& base);

/// Writes both.
Outcome save_checkpoint(const std::string& base, const Checkpoint& checkpoint);

}  // namespace steplab
