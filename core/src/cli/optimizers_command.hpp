// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/App.hpp>

#include "cli/outcome.hpp"

namespace steplab {

/// `steplab optimizers`: the registry as JSON.
void add_optimizers_command(CLI::App& app, Outcome& outcome);

}  // namespace steplab
