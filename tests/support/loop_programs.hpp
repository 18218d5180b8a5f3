// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "support/golden.hpp"

/// Loop programs that PyTorch has run: tests/golden/loops/.
namespace steplab::golden {

using Program = std::vector<InstructionKind>;

/// Appends what continues a program to the given length, in the files' order.
inline void append_programs(std::size_t length, Program& begun, std::vector<Program>& programs) {
  constexpr std::array<InstructionKind, 5> kInstructions = {
      InstructionKind::kZeroGrad, InstructionKind::kForward, InstructionKind::kBackward,
      InstructionKind::kStep, InstructionKind::kSchedulerStep};
  constexpr std::ptrdiff_t kMost = 2;  // of each instruction
  if (begun.size() == length) {
    programs.push_back(begun);
    return;
  }
  for (const InstructionKind kind : kInstructions) {
    if (std::count(begun.begin(), begun.end(), kind) == kMost) continue;
    begun.push_back(kind);
    append_programs(length, begun, programs);
    begun.pop_back();
  }
}

/// Every program in the files' order: shorter before longer.
inline std::vector<Program> all_programs() {
  constexpr std::size_t kLongest = 6;
  std::vector<Program> programs;
  Program begun;
  for (std::size_t length = 1; length <= kLongest; ++length) {
    append_programs(length, begun, programs);
  }
  return programs;
}

inline std::vector<Instruction> loop_of(const Program& program) {
  std::vector<Instruction> loop;
  for (const InstructionKind kind : program) loop.push_back({.kind = kind});
  return loop;
}

/// A document of a file as an Experiment.
inline Experiment experiment_of(const Json& document) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  auto experiment = parse_experiment(buffer.GetString());
  if (!experiment) {
    ADD_FAILURE() << experiment.error().path << ": " << experiment.error().message;
    return {};
  }
  return std::move(experiment).value();
}

/// What a program raised, and where.
struct Raised {
  std::string type;  ///< Python's
  std::string message;
  std::size_t iteration = 0;
  std::size_t line = 0;
};

/// Every parameter's value, or its gradient if it has one.
using Tensors = std::vector<std::optional<std::vector<float>>>;

/// What a program did: the parameters after each iteration, also after one that raised.
struct Played {
  std::vector<Tensors> values;
  std::vector<Tensors> grads;
  std::vector<std::string> warnings;
  std::optional<Raised> raised;
};

/// The programs of one problem as a file has them; `record` must outlive it.
class RecordedPrograms {
 public:
  explicit RecordedPrograms(const Json& record) : record_(record) {
    for (const Json& row : record["values"].GetArray()) values_.push_back(tensors_from(row));
    for (const Json& row : record["grads"].GetArray()) grads_.push_back(tensors_from(row));
  }

  std::size_t count() const { return record_["programs"].Size(); }

  Played outcome(std::size_t program) const {
    const Json& outcome = outcome_of(program);
    Played played;
    for (const std::size_t place : places(program)) played.values.push_back(values_[place]);
    for (const Json& place : outcome["grads"].GetArray()) {
      played.grads.push_back(grads_[place.GetUint()]);
    }
    for (const Json& place : outcome["warnings"].GetArray()) {
      played.warnings.emplace_back(record_["warnings"][place.GetUint()].GetString());
    }
    if (outcome.HasMember("error")) {
      const Json& error = record_["errors"][outcome["error"].GetUint()];
      played.raised = Raised{error["type"].GetString(), error["message"].GetString(),
                             outcome["iteration"].GetUint(), outcome["line"].GetUint()};
    }
    return played;
  }

  /// The numbers that the file gives to what the parameters were after each iteration: equal bits,
  /// equal numbers.
  std::vector<std::size_t> places(std::size_t program) const {
    std::vector<std::size_t> places;
    for (const Json& place : outcome_of(program)["values"].GetArray()) {
      places.push_back(place.GetUint());
    }
    return places;
  }

 private:
  static Tensors tensors_from(const Json& row) {
    Tensors tensors;
    for (const Json& bits : row.GetArray()) {
      tensors.push_back(bits.IsNull() ? std::nullopt : std::optional(floats_from(bits)));
    }
    return tensors;
  }

  const Json& outcome_of(std::size_t program) const {
    return record_["outcomes"][record_["programs"][static_cast<unsigned>(program)].GetUint()];
  }

  const Json& record_;
  std::vector<Tensors> values_;
  std::vector<Tensors> grads_;
};

}  // namespace steplab::golden
