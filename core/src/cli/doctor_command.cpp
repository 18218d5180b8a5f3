// SPDX-License-Identifier: MIT
#include "cli/doctor_command.hpp"

#include <memory>
#include <string>
#include <utility>

#include "cli/text_stream.hpp"
#include "steplab/analysis/examination.hpp"

namespace steplab {
namespace {

constexpr std::size_t kSlice = 1'000;  // iterations; no one watches the progress here

Outcome diagnose(const std::string& file) {
  const Result<std::string> json = read_text(file);
  if (!json) return refuse(input_name(file), json.error());
  Result<Experiment> experiment = parse_experiment(json.value());
  if (!experiment) return refuse(input_name(file), experiment.error());
  auto examination = Examination::create(std::move(*experiment));
  if (!examination) return refuse(input_name(file), examination.error());
  while (!(*examination)->advance(kSlice)) {
  }
  const Status written = write_text("-", to_json((*examination)->result()) + "\n");
  return written ? Outcome::kSuccess : refuse("<stdout>", written.error());
}

}  // namespace

void add_doctor_command(CLI::App& app, Outcome& outcome) {
  const auto file = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("doctor",
                         "Compare every run with its canonical loop, and say what is "
                         "wrong with it, as JSON");
  command->add_option("FILE", *file, "The experiment's JSON; - is standard input")->required();
  command->callback([file, &outcome] { outcome = diagnose(*file); });
}

}  // namespace steplab
