// SPDX-License-Identifier: MIT
#include "cli/export_command.hpp"

#include <CLI/Validators.hpp>
#include <memory>
#include <string>

#include "cli/text_stream.hpp"
#include "steplab/export/pytorch.hpp"
#include "steplab/session/session.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

struct ExportArguments {
  std::string file;
  std::string format;
  std::string out = "-";
  std::size_t steps = 0;  // 0: as many as the document says
};

Result<std::string> csv_of(Experiment experiment) {
  const std::size_t steps = experiment.steps;
  Result<TraceRecorder> recorder = TraceRecorder::create(std::move(experiment), {});
  if (!recorder) return recorder.error();
  while (recorder->advance(steps)) {
  }
  return recorder->csv();
}

Result<std::string> pytorch_of(const Experiment& experiment) {
  // What a session refuses would make a script that fails.
  const auto session = Session::create(experiment);
  if (!session) return session.error();
  return export_pytorch(experiment);
}

Outcome export_to(const ExportArguments& arguments) {
  const Result<std::string> json = read_text(arguments.file);
  if (!json) return refuse(input_name(arguments.file), json.error());
  Result<Experiment> experiment = parse_experiment(*json);
  if (!experiment) return refuse(input_name(arguments.file), experiment.error());
  if (arguments.steps > 0) experiment->steps = arguments.steps;

  const Result<std::string> text =
      arguments.format == "csv" ? csv_of(std::move(*experiment)) : pytorch_of(*experiment);
  if (!text) return refuse(input_name(arguments.file), text.error());
  const Status written = write_text(arguments.out, *text);
  return written ? Outcome::kSuccess : refuse(arguments.out, written.error());
}

}  // namespace

void add_export_command(CLI::App& app, Outcome& outcome) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand("export", "Write an experiment in another format");
  command->add_option("FILE", arguments->file, "The experiment's JSON; - is standard input")
      ->required();
  command
      ->add_option("--to", arguments->format,
                   "pytorch: a script that prints the same losses; csv: the trace")
      ->required()
      ->check(CLI::IsMember({"pytorch", "csv"}));
  command->add_option("--out", arguments->out, "Where to write; default: standard output");
  command->add_option("--steps", arguments->steps, "Iterations, in place of the document's")
      ->check(CLI::Range(1, 1'000'000));
  command->callback([arguments, &outcome] { outcome = export_to(*arguments); });
}

}  // namespace steplab
