// SPDX-License-Identifier: MIT
#include "cli/run_command.hpp"

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "cli/text_stream.hpp"
#include "steplab/session/session.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

struct RunArguments {
  std::string file;
  std::size_t steps = 0;  // 0: as many as the document says
  std::string trace;      // empty: a summary instead
  TraceOptions options;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.npos, end) == 0;
}

Outcome record_trace(Experiment experiment, const RunArguments& arguments) {
  const std::size_t steps = experiment.steps;
  Result<TraceRecorder> recorder = TraceRecorder::create(std::move(experiment), arguments.options);
  if (!recorder) return refuse(input_name(arguments.file), recorder.error());
  while (recorder->advance(steps)) {
  }
  const bool as_csv = ends_with(arguments.trace, ".csv");
  const std::string text = as_csv ? recorder->csv() : recorder->json() + "\n";
  if (Status written = write_text(arguments.trace, text); !written) {
    return refuse(arguments.trace, written.error());
  }
  return recorder->failed() ? Outcome::kRunFailed : Outcome::kSuccess;
}

void print_summary(std::string_view label, const RunView& run,
                   const std::optional<Evaluation>& evaluation) {
  std::cout << label << ": " << run_status_name(run.status) << " after " << run.step
            << (run.step == 1 ? " step" : " steps");
  char text[64];
  if (run.loss) {
    std::snprintf(text, sizeof text, ", loss %.6g", static_cast<double>(*run.loss));
    std::cout << text;
  }
  if (evaluation) {
    std::snprintf(text, sizeof text, ", test accuracy %.1f %%",
                  100.0 * static_cast<double>(evaluation->test_accuracy));
    std::cout << text;
  }
  std::cout << "\n";
  if (run.error != nullptr) {
    std::cout << "  step " << run.error->step << ", line " << run.error->instruction << ": "
              << run.error->error.message << "\n";
  }
}

Outcome summarize(Experiment experiment, const RunArguments& arguments) {
  const std::size_t steps = experiment.steps;
  Result<std::unique_ptr<Session>> created = Session::create(std::move(experiment));
  if (!created) return refuse(input_name(arguments.file), created.error());
  Session& session = *created.value();
  session.advance(steps);
  bool failed = false;
  for (std::size_t i = 0; i < session.run_count(); ++i) {
    const RunView run = session.run(i);
    failed = failed || run.status == RunStatus::kDiverged || run.status == RunStatus::kError;
    print_summary(run.label, run, session.evaluate(i));
  }
  return failed ? Outcome::kRunFailed : Outcome::kSuccess;
}

Outcome run(const RunArguments& arguments) {
  const Result<std::string> json = read_text(arguments.file);
  if (!json) return refuse(input_name(arguments.file), json.error());
  Result<Experiment> experiment = parse_experiment(json.value());
  if (!experiment) return refuse(input_name(arguments.file), experiment.error());
  if (arguments.steps > 0) experiment->steps = arguments.steps;
  return arguments.trace.empty() ? summarize(std::move(*experiment), arguments)
                                 : record_trace(std::move(*experiment), arguments);
}

}  // namespace

void add_run_command(CLI::App& app, Outcome& outcome) {
  const auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run an experiment");
  command->add_option("FILE", arguments->file, "The experiment's JSON; - is standard input")
      ->required();
  command->add_option("--steps", arguments->steps, "Iterations, in place of the document's")
      ->check(CLI::Range(1, 1'000'000));
  CLI::Option* trace = command->add_option(
      "--trace", arguments->trace,
      "Write a trace: JSON, or CSV if the name ends in .csv; - is standard output");
  command->add_option("--every", arguments->options.every, "Record every K-th step only")
      ->check(CLI::Range(1, 1'000'000))
      ->needs(trace);
  command->add_flag("--state", arguments->options.state, "Record optimizer state too")
      ->needs(trace);
  command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace steplab
