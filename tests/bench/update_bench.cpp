// SPDX-License-Identifier: MIT
/// Our side of the update table of scripts/bench: an optimizer's step over one large parameter
/// whose gradient is given, and the least that any update of memory costs. usage:
/// steplab_update_bench values SIZE STEPS    {rule: [every value after so many steps]}
///        steplab_update_bench time SIZE SECONDS    {rule: updates a second, "bandwidth": …}

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steplab/base/parameter.hpp"
#include "steplab/optim/registry.hpp"

namespace {

using steplab::HyperValues;
using steplab::Optimizer;
using steplab::Parameter;
using steplab::Result;
using steplab::Shape;
using steplab::Tensor;

constexpr double kRate = 1e-3;

struct Rule {
  const char* name;
  HyperValues options;
};

std::vector<Rule> rules() {
  return {
      {"SGD", {{"lr", kRate}, {"momentum", 0.9}}},
      {"Adam", {{"lr", kRate}}},
      {"AdamW", {{"lr", kRate}}},
  };
}

/// Numbers in [-0.5, 0.5) that every contestant makes for itself to the last bit: Knuth's
/// multiplicative hash, 24 bits of it.
void fill(std::span<float> values, std::uint32_t seed) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t hash = (static_cast<std::uint32_t>(i) + seed) * 2654435761U;
    values[i] = static_cast<float>(hash >> 8U) * 0x1p-24F - 0.5F;
  }
}

/// One parameter with its gradient and the optimizer that updates it.
class Subject {
 public:
  Subject(const Rule& rule, std::size_t size) : parameter_("values", Tensor(Shape{size})) {
    fill(parameter_.mutable_value().span(), 1);
    fill(parameter_.materialize_grad().span(), 2);
    Result<std::unique_ptr<Optimizer>> created =
        steplab::find_optimizer(rule.name)->create(rule.options);
    optimizer_ = std::move(created).value();
    expect(optimizer_->add_param_group({&parameter_}, {}));
  }

  void step() { expect(optimizer_->step()); }

  std::span<const float> values() const { return parameter_.value().span(); }
  Parameter& parameter() { return parameter_; }

 private:
  static void expect(const steplab::Status& status) {
    if (status) return;
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    std::exit(1);
  }

  Parameter parameter_;
  std::unique_ptr<Optimizer> optimizer_;
};

/// What bounds an update from below, over the memory of the parameter that is updated: two arrays
/// read, one of them written where it was read, two operations of arithmetic an element. Sixteen
/// elements an iteration, because the turn of a loop costs more in wasm and a ceiling should be the
/// highest.
class Bandwidth {
 public:
  explicit Bandwidth(Parameter& parameter)
      : values_(parameter.mutable_value().span()), grad_(parameter.grad().span()) {}

  void step() { axpy_(values_.size(), values_.data(), grad_.data()); }

 private:
  static void axpy(std::size_t size, float* __restrict values, const float* __restrict grad) {
    constexpr auto kStep = static_cast<float>(-kRate);
#ifdef __clang__
#pragma clang loop interleave_count(4)
#endif
    for (std::size_t i = 0; i < size; ++i) values[i] += kStep * grad[i];
  }

  // Out of the optimizers' sight: inlined into the loop that times it, it would stay what a wasm
  // engine compiles first, because that loop is entered once.
  void (*volatile axpy_)(std::size_t, float*, const float*) = axpy;
  std::span<float> values_;
  std::span<const float> grad_;
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point started_ = Clock::now();
};

/// Updates a second, over at least `limit` seconds; one before them brings back into the caches
/// what others have pushed out.
template <class Updated>
double rate(Updated& updated, double limit) {
  updated.step();
  const Stopwatch stopwatch;
  for (std::size_t steps = 1;; ++steps) {
    updated.step();
    const double seconds = stopwatch.seconds();
    if (seconds >= limit) return static_cast<double>(steps) / seconds;
  }
}

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\":"; }

std::string values_json(std::size_t size, std::size_t steps) {
  std::string text;
  for (const Rule& rule : rules()) {
    Subject subject(rule, size);
    for (std::size_t step = 0; step < steps; ++step) subject.step();
    text += (text.empty() ? "{" : ",") + quoted(rule.name) + "[";
    for (const float value : subject.values()) {
      char number[32];
      std::snprintf(number, sizeof number, "%.9g,", static_cast<double>(value));
      text += number;
    }
    text.back() = ']';
  }
  return text + "}";
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// An update and the bandwidth take turns in short slices, so that a neighbour's noise falls on
/// both alike. The first turn is not counted: by its end a wasm engine has compiled again what is
/// hot.
std::string time_json(std::size_t size, double limit) {
  constexpr int kTurns = 9;
  std::vector<double> bandwidths;
  std::string text = "{";
  for (const Rule& rule : rules()) {
    Subject subject(rule, size);
    Bandwidth bandwidth(subject.parameter());
    std::vector<double> updates;
    for (int turn = 0; turn <= kTurns; ++turn) {
      const double ceiling = rate(bandwidth, limit / kTurns);
      const double taken = rate(subject, limit / kTurns);
      if (turn == 0) continue;
      bandwidths.push_back(ceiling);
      updates.push_back(taken);
    }
    text += quoted(rule.name) + std::to_string(median(updates)) + ",";
  }
  return text + quoted("bandwidth") + std::to_string(median(bandwidths)) + "}";
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view command = count == 4 ? arguments[1] : "";
  if (command == "values") {
    std::puts(values_json(std::strtoul(arguments[2], nullptr, 10),
                          std::strtoul(arguments[3], nullptr, 10))
                  .c_str());
    return 0;
  }
  if (command == "time") {
    std::puts(time_json(std::strtoul(arguments[2], nullptr, 10), std::strtod(arguments[3], nullptr))
                  .c_str());
    return 0;
  }
  std::fputs("usage: steplab_update_bench values SIZE STEPS | time SIZE SECONDS\n", stderr);
  return 2;
}
