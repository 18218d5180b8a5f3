// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/App.hpp>

#include "cli/outcome.hpp"

namespace steplab {

/// `steplab doctor FILE`: what is wrong with every run, and how sure that is, as JSON.
void add_doctor_command(CLI::App& app, Outcome& outcome);

}  // namespace steplab
