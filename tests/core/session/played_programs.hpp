// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "steplab/experiment/experiment.hpp"
#include "steplab/session/session.hpp"
#include "support/loop_programs.hpp"

/// Playing loop programs and comparing what they do with what PyTorch did.
namespace steplab {

/// The Python exception that an error is the text of.
inline std::string exception_of(const Error& error) {
  if (error.message.rfind("name '", 0) == 0) return "NameError";
  return error.code == ErrorCode::kInvalidHyperParameter ? "ValueError" : "RuntimeError";
}

/// What every run of an experiment does.
inline std::vector<golden::Played> play(const Experiment& experiment) {
  auto created = Session::create(experiment);
  if (!created) {
    ADD_FAILURE() << created.error().path << ": " << created.error().message;
    return {};
  }
  Session& session = **created;
  std::vector<golden::Played> played(session.run_count());
  while (!session.finished()) {
    const std::size_t iteration = session.iteration();
    session.advance(1);
    for (std::size_t r = 0; r < session.run_count(); ++r) {
      const RunView run = session.run(r);
      if (run.error != nullptr && run.error->step < iteration) continue;
      golden::Tensors& values = played[r].values.emplace_back();
      golden::Tensors& grads = played[r].grads.emplace_back();
      for (const ParameterView& view : run.parameters) {
        if (!view.in_model) continue;
        const std::span<const float> value = view.parameter->value().span();
        values.emplace_back(std::vector<float>(value.begin(), value.end()));
        auto& grad = grads.emplace_back();
        if (!view.parameter->has_grad()) continue;
        const std::span<const float> numbers = view.parameter->grad().span();
        grad.emplace(numbers.begin(), numbers.end());
      }
    }
  }
  for (std::size_t r = 0; r < session.run_count(); ++r) {
    const RunView run = session.run(r);
    played[r].warnings.assign(run.warnings.begin(), run.warnings.end());
    if (run.error == nullptr) continue;
    played[r].raised = golden::Raised{exception_of(run.error->error), run.error->error.message,
                                      run.error->step, run.error->instruction};
  }
  return played;
}

/// Surfaces agree bit for bit. A network's sums are ordered differently in PyTorch's matrix
/// products, which also fuse multiplications with additions.
inline double tolerance_of(const Experiment& experiment) {
  return std::holds_alternative<SurfaceSpec>(experiment.problem) ? 0.0 : 1e-6;
}

inline std::string text_of(const std::vector<Instruction>& loop) {
  std::string text;
  for (const Instruction& line : loop) {
    text += text.empty() ? "" : "; ";
    text += instruction_name(line.kind);
    if (line.retain_graph) text += "(retain_graph=True)";
    if (!line.set_to_none) text += "(set_to_none=False)";
    if (line.every > 1) text += " every " + std::to_string(line.every);
    if (line.at) text += " at " + std::to_string(*line.at);
    if (line.no_grad) text += " no_grad";
  }
  return text;
}

inline std::string text_of(const golden::Tensors& tensors) {
  std::string text;
  for (const auto& tensor : tensors) text += (tensor ? golden::bits_of(*tensor) : "None") + " ";
  return text;
}

inline std::string text_of(const golden::Played& played) {
  std::string text;
  if (played.raised) {
    text = played.raised->type + ": " + played.raised->message + " in iteration " +
           std::to_string(played.raised->iteration) + ", line " +
           std::to_string(played.raised->line) + "\n";
  }
  for (const std::string& warning : played.warnings) text += "warned: " + warning + "\n";
  return text;
}

/// Counts the programs that do something else than PyTorch's and describes the first ones.
class ProgramComparison {
 public:
  /// Tolerance 0: bit for bit. Otherwise differences of numbers below 1 count as they are, those of
  /// larger ones relative to the number.
  explicit ProgramComparison(double tolerance) : tolerance_(tolerance) {}
  ~ProgramComparison() { EXPECT_EQ(disagreements_, 0U) << "programs disagree with PyTorch"; }

  void add(const std::vector<Instruction>& loop, const golden::Played& ours,
           const golden::Played& theirs) {
    const std::string said = text_of(ours);
    std::string difference;
    if (said != text_of(theirs)) {
      difference = "here:\n" + said + "in PyTorch:\n" + text_of(theirs);
    } else {
      difference = difference_of("parameters", ours.values, theirs.values) +
                   difference_of("gradients", ours.grads, theirs.grads);
    }
    if (difference.empty()) return;
    constexpr std::size_t kShown = 5;
    if (++disagreements_ <= kShown) ADD_FAILURE() << text_of(loop) << "\n" << difference;
  }

 private:
  std::string difference_of(const std::string& what, const std::vector<golden::Tensors>& ours,
                            const std::vector<golden::Tensors>& theirs) const {
    bool agrees = ours.size() == theirs.size();
    std::string text = what + " here | in PyTorch:\n";
    for (std::size_t row = 0; row < std::max(ours.size(), theirs.size()); ++row) {
      const bool is_in_both = row < ours.size() && row < theirs.size();
      agrees = agrees && is_in_both && agree(ours[row], theirs[row]);
      if (row < ours.size()) text += text_of(ours[row]);
      text += "| ";
      if (row < theirs.size()) text += text_of(theirs[row]);
      text += "\n";
    }
    return agrees ? "" : text;
  }

  bool agree(const golden::Tensors& ours, const golden::Tensors& theirs) const {
    return std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                      [this](const auto& left, const auto& right) {
                        if (!left || !right) return !left && !right;
                        if (tolerance_ == 0.0) {
                          return golden::bits_of(*left) == golden::bits_of(*right);
                        }
                        return std::equal(left->begin(), left->end(), right->begin(), right->end(),
                                          [this](float a, float b) { return is_close(a, b); });
                      });
  }

  bool is_close(double ours, double theirs) const {
    return std::fabs(ours - theirs) <= tolerance_ * std::max(1.0, std::fabs(theirs));
  }

  double tolerance_;
  std::size_t disagreements_ = 0;
};

}  // namespace steplab
