// SPDX-License-Identifier: MIT
#include "steplab/analysis/examination.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "analysis/case.hpp"
#include "analysis/effort.hpp"
#include "analysis/findings/questions.hpp"

namespace steplab {
namespace {

// The share of a run's work that watching it takes; what is asked about it takes the rest.
constexpr double kWatchingShare = 0.3;

}  // namespace

struct Examination::Implementation {
  Experiment experiment;
  std::size_t steps = 0;  // compared
  Diagnosis diagnosis;
  // The run at hand: it has a laboratory of its own, so that memory is freed with it.
  std::unique_ptr<Laboratory> lab;
  std::optional<Case> patient;
  std::size_t question = 0;
  std::vector<Finding> findings;

  std::size_t run() const { return diagnosis.runs.size(); }
  bool finished() const { return run() == experiment.runs.size(); }
  void admit();
  void watch();
  void ask();
  void discharge();
};

void Examination::Implementation::admit() {
  lab = std::make_unique<Laboratory>();
  patient.emplace(experiment, run(), steps, *lab);
  question = 0;
  findings.clear();
}

void Examination::Implementation::watch() {
  Case& at_hand = *patient;
  at_hand.verdict = lab->verdict(at_hand.alone, at_hand.canonical);
  at_hand.seen = lab->observation(at_hand.alone);
  at_hand.trial = lab->trial(at_hand.alone);
  at_hand.canonical_trial = lab->trial(at_hand.canonical);
}

void Examination::Implementation::ask() {
  if (patient->verdict == nullptr || patient->canonical_trial == nullptr) return watch();
  if (question == questions().size()) return discharge();
  std::vector<Finding> answer = questions()[question](*patient);
  // It was about trials that are still to be made.
  if (lab->has_work()) return;
  for (Finding& finding : answer) {
    if (finding.severity != Severity::kNote) patient->is_explained = true;
    findings.push_back(std::move(finding));
  }
  ++question;
}

void Examination::Implementation::discharge() {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return static_cast<int>(a.severity) < static_cast<int>(b.severity);
  });
  diagnosis.runs.push_back({experiment.runs[run()].label, patient->canonical.loop,
                            *patient->verdict, std::move(findings)});
  patient.reset();
  lab.reset();
}

Examination::Examination(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Examination::~Examination() = default;

Result<std::unique_ptr<Examination>> Examination::create(Experiment experiment) {
  const auto session = Session::create(experiment);
  if (!session) return session.error();
  auto implementation = std::make_unique<Implementation>();
  implementation->steps = iterations_within_effort(**session);
  implementation->experiment = std::move(experiment);
  return std::unique_ptr<Examination>(new Examination(std::move(implementation)));
}

bool Examination::advance(std::size_t iterations) {
  Implementation& self = *implementation_;
  if (self.finished()) return true;
  if (!self.patient) self.admit();
  if (!self.lab->has_work()) self.ask();
  if (self.lab && self.lab->has_work()) self.lab->advance(std::max<std::size_t>(iterations, 1));
  return self.finished();
}

double Examination::progress() const {
  const Implementation& self = *implementation_;
  // One more than there are: with the last answer the run is not yet discharged.
  const auto steps = static_cast<double>(questions().size() + 1);
  const double asked = static_cast<double>(self.question) / steps;
  const bool is_watched = self.patient && self.patient->canonical_trial != nullptr;
  const double share = is_watched ? kWatchingShare + (1.0 - kWatchingShare) * asked : 0.0;
  return (static_cast<double>(self.run()) + share) /
         static_cast<double>(self.experiment.runs.size());
}

Diagnosis Examination::result() const { return implementation_->diagnosis; }

}  // namespace steplab
