// SPDX-License-Identifier: MIT
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>

#include "cli/doctor_command.hpp"
#include "cli/export_command.hpp"
#include "cli/optimizers_command.hpp"
#include "cli/outcome.hpp"
#include "cli/run_command.hpp"
#include "steplab/session/version.hpp"

int main(int argc, char** argv) {
  CLI::App app("Optimizers and the training loop with PyTorch's exact semantics", "steplab");
  app.set_version_flag("--version", "steplab " + std::string(steplab::steplab_version()));
  app.require_subcommand(1);
  auto outcome = steplab::Outcome::kSuccess;
  steplab::add_run_command(app, outcome);
  steplab::add_optimizers_command(app, outcome);
  steplab::add_export_command(app, outcome);
  steplab::add_doctor_command(app, outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    std::cerr << "steplab: " << error.what() << "\nRun steplab --help for usage.\n";
    outcome = steplab::Outcome::kBadInput;
  }
  return static_cast<int>(outcome);
}
