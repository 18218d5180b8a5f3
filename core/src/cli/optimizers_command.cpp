// SPDX-License-Identifier: MIT
#include "cli/optimizers_command.hpp"

#include "cli/text_stream.hpp"
#include "steplab/session/registry_json.hpp"

namespace steplab {

void add_optimizers_command(CLI::App& app, Outcome& outcome) {
  app.add_subcommand("optimizers", "Print every optimizer, scheduler and surface as JSON")
      ->callback([&outcome] {
        const Status written = write_text("-", registry_json() + "\n");
        if (!written) outcome = refuse("<stdout>", written.error());
      });
}

}  // namespace steplab
