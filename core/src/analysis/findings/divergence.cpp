// SPDX-License-Identifier: MIT
// Runs that leave: a learning rate above what the curvature allows, and where a NaN came from.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/options.hpp"
#include "analysis/wording.hpp"
#include "session/assemble.hpp"

namespace steplab {
namespace {

constexpr const char* kSilence =
    "PyTorch says nothing: it computes with inf and nan as with any other number.";

// Whether a run ended far above where it began, or nowhere.
bool leaves(const Trial& trial) {
  if (trial.status == RunStatus::kDiverged) return true;
  if (trial.status != RunStatus::kCompleted) return false;
  const double first = trial.first_loss();
  const double rise = trial.final_loss() - first;
  return rise > 2.0 * std::max(std::abs(first), 1e-6);
}

double norm_of(const std::vector<std::vector<float>>& parameters) {
  double squares = 0.0;
  for (const std::vector<float>& values : parameters) squares += sum_of_squares(values);
  return std::sqrt(squares);
}

// Whether it got there in steps that were too long, and not from one number that had no value.
bool explodes(const Trial& trial) {
  const double high = 3.0 * std::max(std::abs(trial.first_loss()), 1e-6);
  return std::any_of(trial.loss.begin(), trial.loss.end(),
                     [&](float loss) { return static_cast<double>(loss) > high; }) ||
         !(norm_of(trial.before_last) < 1e3 * (1.0 + norm_of(trial.start)));
}

// The largest learning rate with which SGD does not walk away along a direction of curvature λ.
double stability_limit(const RunSpec& run, double sharpness) {
  const double momentum = optimizer_number(run, "momentum").value_or(0.0);
  const double dampening = optimizer_number(run, "dampening").value_or(0.0);
  const double bend = sharpness + optimizer_number(run, "weight_decay").value_or(0.0);
  const double limit = 2.0 * (1.0 + momentum) / bend;
  if (optimizer_flag(run, "nesterov")) return limit / (1.0 + 2.0 * momentum);
  return momentum > 0.0 ? limit / (1.0 - dampening) : limit;
}

// A remedy with the learning rate divided until the run stays.
std::optional<Remedy> with_lower_rate(const Case& run, double rate, double first_try) {
  for (const double factor : {first_try, first_try / 10.0, first_try / 100.0}) {
    const auto changed = with_rate_times(run.alone, factor);
    if (!changed) return std::nullopt;
    const Trial* trial = run.lab.trial(*changed);
    if (trial == nullptr) return std::nullopt;
    if (leaves(*trial)) continue;
    if (auto remedy =
            run.improved("Set the learning rate to " + in_words(rate * factor), *changed)) {
      return remedy;
    }
  }
  return std::nullopt;
}

double last_rate(const Case& run) {
  return run.trial->lr.empty() ? std::numeric_limits<double>::quiet_NaN() : run.trial->lr.front();
}

std::vector<Evidence> course(const Case& run) {
  return {{"loss at the start", run.trial->first_loss()},
          {"iterations until the end", static_cast<double>(run.trial->iterations)},
          {"loss at the end", run.trial->final_loss()}};
}

Finding too_large(const Case& run, double rate) {
  return {.id = "learning_rate_too_large",
          .severity = Severity::kError,
          .line = run.line_of(InstructionKind::kStep),
          .iteration = run.trial->iterations,
          .title = "The steps are so long that the run leaves",
          .explanation =
              "Every update overshoots further than the one before. A lower learning rate "
              "stays, with everything else as it is.",
          .pytorch = kSilence,
          .evidence = course(run),
          .remedy = with_lower_rate(run, rate, 0.1)};
}

std::optional<Finding> past_limit(const Case& run) {
  const double rate = last_rate(run);
  if (!std::isfinite(rate) || optimizer_flag(run.spec(), "maximize")) return {};
  if (run.spec().optimizer.name != "SGD" || run.spec().wrapper) {
    Finding finding = too_large(run, rate);
    if (!finding.remedy) return {};
    return finding;
  }
  const double* at_start = run.lab.sharpness(run.alone, run.trial->start);
  const double* at_best = run.lab.sharpness(run.alone, run.trial->best);
  if (at_start == nullptr || at_best == nullptr) return {};
  const double sharpness = std::fmax(*at_start, *at_best);  // of two, NaN is no number
  const double limit =
      std::isfinite(sharpness) ? stability_limit(run.spec(), sharpness) : sharpness;
  if (!(rate > limit)) {
    Finding finding = too_large(run, rate);
    if (!finding.remedy) return {};
    return finding;
  }
  const double momentum = optimizer_number(run.spec(), "momentum").value_or(0.0);
  std::vector<Evidence> evidence{
      {"learning rate", rate}, {"largest curvature λ", sharpness}, {"stability limit", limit}};
  if (momentum > 0.0) evidence.push_back({"momentum μ", momentum});
  for (Evidence& each : course(run)) evidence.push_back(std::move(each));
  const std::string formula = momentum == 0.0                          ? "2/λ"
                              : optimizer_flag(run.spec(), "nesterov") ? "2(1+μ)/(λ(1+2μ))"
                                                                       : "2(1+μ)/λ";
  return Finding{.id = "diverging_past_stability_limit",
                 .severity = Severity::kError,
                 .line = run.line_of(InstructionKind::kStep),
                 .iteration = run.trial->iterations,
                 .title = "The learning rate is past the limit, and the loss explodes",
                 .explanation =
                     "Where the loss bends with curvature λ, a step of gradient descent overshoots "
                     "the bottom, and with a learning rate above " +
                     formula +
                     " it lands higher than it started, every time. λ was measured here: the "
                     "learning rate is " +
                     in_words(rate / limit) + " times the limit.",
                 .pytorch = kSilence,
                 .evidence = std::move(evidence),
                 .remedy = with_lower_rate(run, rate, 0.5 * limit / rate)};
}

struct Origin {
  std::string where;
  std::string operation;
};

// Replays the last iteration: its forward pass, its backward, its step.
Origin origin_of(const Case& run) {
  auto dataset = assemble_dataset(run.alone);
  if (!dataset) return {};
  auto problem = assemble_problem(run.alone, *dataset);
  if (!problem) return {};
  const std::span<Parameter* const> parameters = (*problem)->parameters();
  const auto& values = run.trial->before_last;
  if (parameters.size() != values.size()) return {};  // other layers than at the start
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const std::span<float> into = parameters[p]->mutable_value().span();
    if (into.size() != values[p].size()) return {};
    std::copy(values[p].begin(), values[p].end(), into.begin());
  }
  (*problem)->forward(run.trial->iterations > 0 ? run.trial->iterations - 1 : 0);
  if (const std::string_view name = (*problem)->first_non_finite_result(); !name.empty()) {
    return {"forward pass", std::string(name)};
  }
  if (!(*problem)->backward(false)) return {};
  if (const std::string_view name = (*problem)->first_non_finite_gradient(); !name.empty()) {
    return {"backward pass", std::string(name)};
  }
  return {"update", "optimizer.step()"};
}

std::optional<Finding> first_operation(const Case& run, bool is_explained) {
  if (run.trial->status != RunStatus::kDiverged) return {};
  const Origin origin = origin_of(run);
  if (origin.operation.empty()) return {};
  const bool is_update = origin.where == "update";
  std::string explanation =
      is_update
          ? "All numbers of the forward and the backward pass are still finite; it is the "
            "update that leaves the range of float32, which ends near 3.4e38. "
          : "In the " + origin.where + " " + origin.operation +
                " is the first operation that makes a number that is not finite, from numbers "
                "that are. Whatever is computed from it is lost. ";
  explanation += is_explained ? "That is where the explosion ends, not where it began."
                              : "Look at what goes into it.";
  const auto line = run.line_of(is_update                        ? InstructionKind::kStep
                                : origin.where == "forward pass" ? InstructionKind::kForward
                                                                 : InstructionKind::kBackward);
  return Finding{
      .id = "nan_first_operation",
      .severity = is_explained ? Severity::kNote : Severity::kError,
      .line = line,
      .iteration = run.trial->iterations > 0 ? run.trial->iterations - 1 : 0,
      .title = "The first number that is not finite comes from " + origin.operation,
      .explanation = std::move(explanation),
      .pytorch =
          origin.where == "backward pass"
              ? "PyTorch says nothing, unless torch.autograd.set_detect_anomaly(True) is on: "
                "it then raises a RuntimeError that names the function whose backward "
                "returned nan values."
              : std::string(kSilence),
      .evidence = {{"loss at the start of that iteration",
                    run.trial->iterations > 0 && run.trial->iterations <= run.trial->loss.size()
                        ? static_cast<double>(run.trial->loss[run.trial->iterations - 1])
                        : std::numeric_limits<double>::quiet_NaN()}},
      .remedy = std::nullopt};
}

}  // namespace

std::vector<Finding> find_divergence(const Case& run) {
  if (run.raises() || !leaves(*run.trial)) return {};
  std::vector<Finding> found;
  // Where the canonical loop stays, the order of the lines is at fault, not the learning rate.
  const bool is_order = !leaves(*run.canonical_trial);
  if (!is_order && explodes(*run.trial)) {
    if (auto finding = past_limit(run)) found.push_back(std::move(*finding));
  }
  const bool is_explained = is_order || !found.empty();
  if (auto finding = first_operation(run, is_explained)) found.push_back(std::move(*finding));
  return found;
}

}  // namespace steplab
