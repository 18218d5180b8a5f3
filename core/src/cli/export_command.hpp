// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/App.hpp>

#include "cli/outcome.hpp"

namespace steplab {

/// `steplab export FILE --to FORMAT`: an experiment, or what comes of it, in another format.
void add_export_command(CLI::App& app, Outcome& outcome);

}  // namespace steplab
