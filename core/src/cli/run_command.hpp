// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/App.hpp>

#include "cli/outcome.hpp"

namespace steplab {

/// `steplab run FILE`: runs an experiment; writes its trace, or a summary of every run.
void add_run_command(CLI::App& app, Outcome& outcome);

}  // namespace steplab
