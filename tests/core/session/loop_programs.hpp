// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"
#include "support/golden.hpp"

/// Loop programs that PyTorch has run: tests/golden/loops/.
namespace steplab::golden {

/// What a program raised, and where.
struct Raised {
  std::string message;
  std::size_t iteration = 0;
  std::size_t line = 0;

  bool operator==(const Raised& other) const {
    return message == other.message && iteration == other.iteration && line == other.line;
  }
};

/// A value as JSON again.
inline std::string text_of(const Json& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

inline std::string text_of(const std::optional<Raised>& raised) {
  if (!raised) return "nothing raised";
  return raised->message + " in iteration " + std::to_string(raised->iteration) + ", line " +
         std::to_string(raised->line);
}

/// Every parameter's value, or its gradient if it has one.
using Tensors = std::vector<std::optional<std::vector<float>>>;

/// What a program did: the parameters after each iteration, also after one that raised.
struct Played {
  std::vector<Tensors> values;
  std::vector<Tensors> gradients;
  std::vector<std::string> warnings;
  std::optional<Raised> raised;
};

/// The programs of one problem as a file of tests/golden/loops/ has them.
class RecordedPrograms {
 public:
  explicit RecordedPrograms(const Json& record) : record_(record) {
    for (const Json& row : record["values"].GetArray()) values_.push_back(tensors_from(row));
    for (const Json& row : record["grads"].GetArray()) gradients_.push_back(tensors_from(row));
  }

  std::size_t count() const { return record_["programs"].Size(); }

  Played outcome(std::size_t program) const {
    const Json& outcome = outcome_of(program);
    Played played;
    for (const Json& place : outcome["values"].GetArray()) {
      played.values.push_back(values_[place.GetUint()]);
    }
    for (const Json& place : outcome["gradients"].GetArray()) {
      played.gradients.push_back(gradients_[place.GetUint()]);
    }
    for (const Json& place : outcome["warnings"].GetArray()) {
      played.warnings.emplace_back(record_["warnings"][place.GetUint()].GetString());
    }
    if (outcome.HasMember("error")) {
      const Json& error = record_["errors"][outcome["error"].GetUint()];
      played.raised = Raised{error["message"].GetString(), outcome["iteration"].GetUint(),
                             outcome["line"].GetUint()};
    }
    return played;
  }

  /// The numbers that the file gives to what the parameters were: equal bits, equal numbers.
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
  std::vector<Tensors> gradients_;
};

inline Tensors values_of(const RunView& run) {
  Tensors tensors;
  for (const ParameterView& view : run.parameters) {
    const std::span<const float> value = view.parameter->value().span();
    tensors.emplace_back(std::vector<float>(value.begin(), value.end()));
  }
  return tensors;
}

inline Tensors gradients_of(const RunView& run) {
  Tensors tensors;
  for (const ParameterView& view : run.parameters) {
    std::optional<std::vector<float>>& tensor = tensors.emplace_back();
    if (!view.parameter->has_grad()) continue;
    const std::span<const float> grad = view.parameter->grad().span();
    tensor.emplace(grad.begin(), grad.end());
  }
  return tensors;
}

/// Runs all iterations of an experiment of one run.
inline Played play(const Experiment& experiment) {
  Played played;
  auto created = Session::create(experiment);
  if (!created) {
    ADD_FAILURE() << created.error().path << ": " << created.error().message;
    return played;
  }
  Session& session = **created;
  while (!session.finished()) {
    session.advance(1);
    const RunView run = session.run(0);
    played.values.push_back(values_of(run));
    played.gradients.push_back(gradients_of(run));
  }
  const RunView run = session.run(0);
  played.warnings.assign(run.warnings.begin(), run.warnings.end());
  if (run.error != nullptr) {
    played.raised = Raised{run.error->error.message, run.error->step, run.error->instruction};
  }
  return played;
}

/// How far two rows of tensors are apart; infinite where only one of them is there. Differences of
/// numbers below 1 count as they are, those of larger ones relative to the number.
inline double distance(const std::vector<Tensors>& left, const std::vector<Tensors>& right) {
  constexpr double kApart = std::numeric_limits<double>::infinity();
  if (left.size() != right.size()) return kApart;
  double largest = 0.0;
  for (std::size_t row = 0; row < left.size(); ++row) {
    if (left[row].size() != right[row].size()) return kApart;
    for (std::size_t p = 0; p < left[row].size(); ++p) {
      const auto& a = left[row][p];
      const auto& b = right[row][p];
      if (a.has_value() != b.has_value()) return kApart;
      if (!a) continue;
      if (a->size() != b->size()) return kApart;
      for (std::size_t k = 0; k < a->size(); ++k) {
        const double difference = std::fabs(static_cast<double>((*a)[k]) - (*b)[k]);
        const double scale = std::max(1.0, std::fabs(static_cast<double>((*b)[k])));
        if (!(difference <= largest * scale)) largest = difference / scale;
      }
    }
  }
  return largest;
}

inline std::string bits_of(const Tensors& tensors) {
  std::string text;
  for (const auto& tensor : tensors) text += (tensor ? bits_of(*tensor) : "None") + " ";
  return text;
}

/// As `distance`, but any difference of bits is infinite.
inline double distance_of_bits(const std::vector<Tensors>& left,
                               const std::vector<Tensors>& right) {
  bool is_equal = left.size() == right.size();
  for (std::size_t row = 0; is_equal && row < left.size(); ++row) {
    is_equal = bits_of(left[row]) == bits_of(right[row]);
  }
  return is_equal ? 0.0 : std::numeric_limits<double>::infinity();
}

}  // namespace steplab::golden
