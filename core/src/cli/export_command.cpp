// SPDX-License-Identifier: MIT
#include "cli/export_command.hpp"

#include <CLI/Validators.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/checkpoint_io.hpp"
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
  std::size_t steps = 0;           // 0: as many as the document says
  std::optional<std::size_t> run;  // whose checkpoint
};

Outcome write(const ExportArguments& arguments, const std::string& text) {
  const Status written = write_text(arguments.out, text);
  return written ? Outcome::kSuccess : refuse(arguments.out, written.error());
}

Outcome export_script(const Experiment& experiment, const ExportArguments& arguments) {
  // What a session refuses would make a script that fails.
  const auto session = Session::create(experiment);
  if (!session) return refuse(input_name(arguments.file), session.error());
  const Result<std::string> script = export_pytorch(experiment);
  if (!script) return refuse(input_name(arguments.file), script.error());
  return write(arguments, *script);
}

Outcome export_trace(Experiment experiment, const ExportArguments& arguments) {
  const std::size_t steps = experiment.steps;
  Result<TraceRecorder> recorder = TraceRecorder::create(std::move(experiment), {});
  if (!recorder) return refuse(input_name(arguments.file), recorder.error());
  while (recorder->advance(steps)) {
  }
  const Outcome outcome = write(arguments, recorder->csv());
  return outcome == Outcome::kSuccess && recorder->failed() ? Outcome::kRunFailed : outcome;
}

Outcome export_checkpoint(Experiment experiment, const ExportArguments& arguments) {
  const std::size_t count = experiment.runs.size();
  if (count > 1 && !arguments.run) {
    return refuse(input_name(arguments.file),
                  {ErrorCode::kInvalidArgument, "/runs",
                   "there are " + std::to_string(count) +
                       " runs; --run says whose state to write, counted from 0"});
  }
  const std::size_t run = arguments.run.value_or(0);
  if (run >= count) {
    return refuse("--run", {ErrorCode::kInvalidArgument, "",
                            std::to_string(run) + " is no run; there are " + std::to_string(count) +
                                ", counted from 0"});
  }
  const std::size_t steps = experiment.steps;
  Result<std::unique_ptr<Session>> session = Session::create(std::move(experiment));
  if (!session) return refuse(input_name(arguments.file), session.error());
  (*session)->advance(steps);
  const Outcome outcome = save_checkpoint(arguments.out, (*session)->checkpoint(run));
  const RunStatus status = (*session)->run(run).status;
  const bool has_failed = status == RunStatus::kDiverged || status == RunStatus::kError;
  return outcome == Outcome::kSuccess && has_failed ? Outcome::kRunFailed : outcome;
}

Outcome export_to(const ExportArguments& arguments) {
  const Result<std::string> json = read_text(arguments.file);
  if (!json) return refuse(input_name(arguments.file), json.error());
  Result<Experiment> experiment = parse_experiment(*json);
  if (!experiment) return refuse(input_name(arguments.file), experiment.error());
  if (arguments.steps > 0) experiment->steps = arguments.steps;
  if (arguments.format == "pytorch") return export_script(*experiment, arguments);
  if (arguments.format == "csv") return export_trace(std::move(*experiment), arguments);
  if (arguments.out == "-") {
    return refuse("--out", {ErrorCode::kInvalidArgument, "",
                            "safetensors needs the BASE of BASE.safetensors and BASE.json"});
  }
  return export_checkpoint(std::move(*experiment), arguments);
}

}  // namespace

void add_export_command(CLI::App& app, Outcome& outcome) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* command = app.add_subcommand("export", "Write an experiment in another format");
  command->add_option("FILE", arguments->file, "The experiment's JSON; - is standard input")
      ->required();
  command
      ->add_option("--to", arguments->format,
                   "pytorch: a script that prints the same losses; csv: the trace; safetensors: "
                   "parameters and optimizer state after the last step")
      ->required()
      ->check(CLI::IsMember({"pytorch", "csv", "safetensors"}));
  command->add_option("--out", arguments->out,
                      "Where to write; default: standard output. For safetensors the BASE of "
                      "BASE.safetensors and BASE.json");
  command->add_option("--steps", arguments->steps, "Iterations, in place of the document's")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--run", arguments->run, "Whose state safetensors holds, counted from 0")
      ->check(CLI::Range(0, 1'000'000));
  command->callback([arguments, &outcome] { outcome = export_to(*arguments); });
}

}  // namespace steplab
