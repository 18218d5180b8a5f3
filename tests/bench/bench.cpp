// SPDX-License-Identifier: MIT
/// Our side of scripts/bench.
/// usage: steplab_bench describe EXPERIMENT STEPS    what a peer needs to train the same, as JSON
///        steplab_bench time EXPERIMENT SECONDS      {"steps": how many, "seconds": in how long}

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "bench/workload_json.hpp"
#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"

namespace {

using steplab::Error;
using steplab::Experiment;
using steplab::Result;
using steplab::Session;

Result<Experiment> read_experiment(const char* path) {
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return steplab::parse_experiment(text);
}

struct Timing {
  std::size_t steps = 0;
  double seconds = 0.0;
};

/// Trains from the start again and again until the time is up. Building sessions is not counted.
Result<Timing> train_for(const Experiment& experiment, double limit) {
  using Clock = std::chrono::steady_clock;
  Timing timing;
  while (timing.seconds < limit) {
    Result<std::unique_ptr<Session>> session = Session::create(experiment);
    if (!session) return session.error();
    const auto started = Clock::now();
    (*session)->advance(experiment.steps);
    timing.seconds += std::chrono::duration<double>(Clock::now() - started).count();
    timing.steps += (*session)->iteration();
  }
  return timing;
}

/// A wasm engine compiles again what it has seen to be hot: a quarter of the time is for that.
Result<std::string> time_json(const Experiment& experiment, double limit) {
  if (const Result<Timing> warm_up = train_for(experiment, limit / 4); !warm_up) {
    return warm_up.error();
  }
  const Result<Timing> timing = train_for(experiment, limit);
  if (!timing) return timing.error();
  return "{\"steps\":" + std::to_string(timing.value().steps) +
         ",\"seconds\":" + std::to_string(timing.value().seconds) + "}";
}

int usage() {
  std::fputs("usage: steplab_bench describe EXPERIMENT STEPS | time EXPERIMENT SECONDS\n", stderr);
  return 2;
}

int print(const Result<std::string>& outcome) {
  if (!outcome) {
    std::fprintf(stderr, "%s %s\n", outcome.error().path.c_str(), outcome.error().message.c_str());
    return 1;
  }
  std::puts(outcome.value().c_str());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return usage();
  const std::string_view command = arguments[1];
  const Result<Experiment> experiment = read_experiment(arguments[2]);
  if (!experiment) return print(experiment.error());
  if (command == "describe") {
    return print(steplab::workload_json(*experiment, std::strtoul(arguments[3], nullptr, 10)));
  }
  if (command == "time") return print(time_json(*experiment, std::strtod(arguments[3], nullptr)));
  return usage();
}
