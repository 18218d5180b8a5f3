// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "steplab/analysis/examination.hpp"

namespace steplab {

/// What the doctor says, in slices of that many iterations.
inline Diagnosis diagnose(Experiment experiment, std::size_t slice = 1'000) {
  auto examination = Examination::create(std::move(experiment));
  if (!examination) {
    ADD_FAILURE() << examination.error().path << ": " << examination.error().message;
    return {};
  }
  while (!(*examination)->advance(slice)) {
  }
  return (*examination)->result();
}

/// The same of a document.
inline Diagnosis diagnose(const std::string& json, std::size_t slice = 1'000) {
  auto experiment = parse_experiment(json);
  if (!experiment) {
    ADD_FAILURE() << experiment.error().path << ": " << experiment.error().message;
    return {};
  }
  return diagnose(std::move(experiment).value(), slice);
}

inline std::set<std::string> ids(const RunDiagnosis& run, bool notes) {
  std::set<std::string> found;
  for (const Finding& finding : run.findings) {
    if ((finding.severity == Severity::kNote) == notes) found.insert(finding.id);
  }
  return found;
}

inline const Finding* find(const RunDiagnosis& run, const std::string& id) {
  const auto found = std::find_if(run.findings.begin(), run.findings.end(),
                                  [&](const Finding& finding) { return finding.id == id; });
  return found == run.findings.end() ? nullptr : &*found;
}

/// The measured number of that name; NaN when there is none.
inline double evidence(const Finding& finding, const std::string& name) {
  for (const Evidence& each : finding.evidence) {
    if (each.name == name) return each.value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

inline std::string kind_name(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::kEquivalent:
      return "equivalent";
    case Verdict::Kind::kDifferent:
      return "different";
    case Verdict::Kind::kError:
      return "error";
  }
  return "";
}

}  // namespace steplab
