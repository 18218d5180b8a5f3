// SPDX-License-Identifier: MIT
#include "cli/run_command.hpp"

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/checkpoint_io.hpp"
#include "cli/text_stream.hpp"
#include "steplab/session/session.hpp"
#include "steplab/session/trace.hpp"

namespace steplab {
namespace {

struct RunArguments {
  std::string file;
  std::size_t steps = 0;   // 0: as many as the document says
  std::string trace;       // empty: a summary instead
  std::string load_state;  // BASE of a checkpoint's files; empty: the document's own start
  TraceOptions options;
};

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.npos, end) == 0;
}

// The session at its start; nullptr after saying on stderr what is wrong.
std::unique_ptr<Session> started(Experiment experiment, const RunArguments& arguments) {
  const std::size_t runs = experiment.runs.size();
  Result<std::unique_ptr<Session>> session = Session::create(std::move(experiment));
  if (!session) {
    refuse(input_name(arguments.file), session.error());
    return nullptr;
  }
  if (arguments.load_state.empty()) return std::move(session).value();
  if (runs > 1) {
    refuse(input_name(arguments.file),
           {ErrorCode::kInvalidArgument, "/runs",
            "there are " + std::to_string(runs) + " runs; --load-state is for one"});
    return nullptr;
  }
  const std::optional<Checkpoint> checkpoint = load_checkpoint(arguments.load_state);
  if (!checkpoint) return nullptr;
  if (const Status loaded = (*session)->start_from(0, *checkpoint); !loaded) {
    refuse(arguments.load_state, loaded.error());
    return nullptr;
  }
  return std::move(session).value();
}

Outcome record_trace(std::unique_ptr<Session> session, const RunArguments& arguments) {
  const std::size_t steps = session->experiment().steps;
  Result<TraceRecorder> recorder = TraceRecorder::create(std::move(session), arguments.options);
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

Outcome summarize(Session& session) {
  session.advance(session.experiment().steps);
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
  std::unique_ptr<Session> session = started(std::move(*experiment), arguments);
  if (!session) return Outcome::kBadInput;
  return arguments.trace.empty() ? summarize(*session)
                                 : record_trace(std::move(session), arguments);
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
  command->add_option("--load-state", arguments->load_state,
                      "Start from BASE.safetensors and BASE.json, as export or PyTorch wrote them");
  command->callback([arguments, &outcome] { outcome = run(*arguments); });
}

}  // namespace steplab
