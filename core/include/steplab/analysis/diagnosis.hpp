// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// How a run's parameters compare with those of its canonical loop, bit by bit.
struct Verdict {
  enum class Kind {
    kEquivalent,  ///< the same bits at the end of every iteration
    kDifferent,   ///< other bits from `iteration` on
    kError,       ///< `line` raised in `iteration`
  };
  Kind kind = Kind::kEquivalent;
  std::size_t iterations = 0;  ///< that both were run for
  std::size_t iteration = 0;   ///< counted from 0
  // kDifferent: the first parameter and its first element that differ.
  std::string parameter;
  std::size_t element = 0;
  float value = 0.0F;
  float canonical = 0.0F;
  // kError
  std::size_t line = 0;  ///< index into the run's loop
  std::string message;   ///< PyTorch's
};

/// A number that was measured, and what it is.
struct Evidence {
  std::string name;
  double value = 0.0;
};

/// A change that was tried, and what came of it.
struct Remedy {
  std::string label;
  Experiment experiment;  ///< the whole document with the change
  bool is_equivalent = false;
  // What got better, when it is not equivalent.
  std::string measure;
  double before = 0.0;
  double after = 0.0;
};

enum class Severity { kError, kWarning, kNote };

/// "error", "warning", "note".
std::string_view severity_name(Severity severity);

/// Something that a learner should know about a run, decided by what was measured.
struct Finding {
  std::string id;  ///< stable, snake_case
  Severity severity = Severity::kNote;
  std::optional<std::size_t> line;  ///< the line of the loop at fault
  std::optional<std::size_t> iteration;
  std::string parameter{};  ///< may be empty
  std::string title;
  std::string explanation;
  std::string pytorch;  ///< what PyTorch prints or raises, or that it says nothing
  std::vector<Evidence> evidence;
  std::optional<Remedy> remedy;
};

/// One run's.
struct RunDiagnosis {
  std::string label;
  std::vector<Instruction> canonical_loop;
  Verdict verdict;
  std::vector<Finding> findings;  ///< errors first, then warnings, then notes
};

/// What the doctor says of an experiment.
struct Diagnosis {
  std::vector<RunDiagnosis> runs;
};

/// The JSON that `steplab doctor` prints; `Diagnosis` in web/src/engine/diagnosis.ts is its type.
std::string to_json(const Diagnosis& diagnosis);

}  // namespace steplab
