// SPDX-License-Identifier: MIT
#include "analysis/case.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/canonical.hpp"

namespace steplab {
namespace {

Experiment run_alone(const Experiment& document, std::size_t run, std::size_t steps) {
  Experiment alone = document;
  alone.steps = steps;
  alone.runs = {document.runs[run]};
  alone.loop = document.runs[run].loop.value_or(document.loop);
  alone.runs.front().loop.reset();
  alone.edits.clear();
  for (const Edit& edit : document.edits) {
    if (edit.run && *edit.run != run) continue;
    alone.edits.push_back(edit);
    alone.edits.back().run.reset();
  }
  return alone;
}

}  // namespace

Case::Case(const Experiment& whole, std::size_t index, std::size_t steps, Laboratory& laboratory)
    : document(whole), run(index), lab(laboratory), alone(run_alone(whole, index, steps)) {
  canonical = with_loop(canonical_loop_of(alone.loop, has_scheduler()));
  for (Edit& edit : canonical.edits) {
    auto* exchange = std::get_if<Edit::Loop>(&edit.action);
    if (exchange == nullptr) continue;
    changes_loop = true;
    exchange->lines = canonical_loop_of(exchange->lines, has_scheduler());
  }
}

bool Case::raises_at(InstructionKind kind) const {
  return raises() && verdict->line < alone.loop.size() && alone.loop[verdict->line].kind == kind;
}

std::optional<std::size_t> Case::line_of(InstructionKind kind) const {
  return first_line(alone.loop, kind);
}

Experiment Case::with_loop(std::vector<Instruction> lines) const {
  Experiment changed = alone;
  changed.loop = std::move(lines);
  return changed;
}

Experiment Case::in_document(const Experiment& changed) const {
  Experiment whole = document;
  whole.problem = changed.problem;
  const bool has_own_loop = document.runs[run].loop.has_value() || document.runs.size() > 1;
  whole.runs[run] = changed.runs.front();
  if (has_own_loop) {
    whole.runs[run].loop = changed.loop;
  } else {
    whole.loop = changed.loop;
  }
  return whole;
}

std::string Case::loss_measure() const {
  return std::string(task() != nullptr ? "training loss after " : "loss after ") +
         std::to_string(steps()) + (steps() == 1 ? " iteration" : " iterations");
}

std::optional<Remedy> Case::improved(std::string label, const Experiment& changed,
                                     double share) const {
  const Trial* with_change = lab.trial(changed);
  if (with_change == nullptr || !with_change->is_finite()) return std::nullopt;
  const double before = trial->final_loss();
  const double after = with_change->final_loss();
  // Losses of surfaces may be negative: the share is of what was gained or could be lost.
  const double margin = (1.0 - share) * std::max(std::abs(before), 1e-30);
  const bool is_better =
      std::isfinite(after) && (!std::isfinite(before) || after < before - margin);
  if (!is_better) return std::nullopt;
  return Remedy{std::move(label), in_document(changed), false, loss_measure(), before, after};
}

std::optional<Remedy> Case::mended_loop(std::string label, std::vector<Instruction> lines) const {
  const Experiment changed = with_loop(lines);
  const Verdict* outcome =
      lab.verdict(changed, with_loop(canonical_loop_of(lines, has_scheduler())));
  if (outcome == nullptr) return std::nullopt;
  if (outcome->kind == Verdict::Kind::kEquivalent) {
    return Remedy{std::move(label), in_document(changed), true, {}, 0.0, 0.0};
  }
  return improved(std::move(label), changed);
}

std::optional<Remedy> Case::mended_or_canonical(std::string label,
                                                std::vector<Instruction> lines) const {
  std::optional<Remedy> mended = mended_loop(std::move(label), std::move(lines));
  if (mended && mended->is_equivalent) return mended;
  std::optional<Remedy> in_order = mended_loop("Put all lines in their order", canonical.loop);
  return in_order ? in_order : mended;
}

bool Case::ever_runs(InstructionKind kind) const {
  return std::any_of(alone.loop.begin(), alone.loop.end(), [&](const Instruction& line) {
    const bool is_due = line.at ? *line.at < document.steps : line.every <= document.steps;
    return line.kind == kind && line.enabled && is_due;
  });
}

std::string Case::raised_or(std::string silence) const {
  if (!raises()) return silence;
  const bool is_name = verdict->message.rfind("name '", 0) == 0;
  return std::string("PyTorch raises ") + (is_name ? "NameError: " : "RuntimeError: ") +
         verdict->message;
}

std::string Case::warned_or(std::string silence) const {
  for (const std::string& warning : trial->warnings) {
    if (warning.find("before `optimizer.step()`") != std::string::npos) {
      return "PyTorch warns: UserWarning: " + warning;
    }
  }
  return silence;
}

bool Case::changes_outcome(std::vector<Instruction> lines) const {
  const Trial* other = lab.trial(with_loop(std::move(lines)));
  if (other == nullptr) return false;
  return other->digest != trial->digest || other->status != trial->status;
}

}  // namespace steplab
