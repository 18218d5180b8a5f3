// SPDX-License-Identifier: MIT
// Several batches for one step: without dividing the loss, and how it compares with one big batch.
#include <algorithm>
#include <cmath>

#include "analysis/canonical.hpp"
#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"
#include "analysis/wording.hpp"
#include "session/assemble.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kScaleLoss = InstructionKind::kScaleLoss;

// What two trials' parameters differ by in the end, as a share of how far the first one came.
double difference_of(const Trial& a, const Trial& b) {
  double squares = 0.0;
  for (std::size_t p = 0; p < a.end.size() && p < b.end.size(); ++p) {
    for (std::size_t i = 0; i < a.end[p].size() && i < b.end[p].size(); ++i) {
      const double each = static_cast<double>(a.end[p][i]) - static_cast<double>(b.end[p][i]);
      squares += each * each;
    }
  }
  const double far = a.movement();
  return far > 0.0 ? std::sqrt(squares) / far : std::sqrt(squares);
}

std::optional<Finding> without_dividing(const Case& run, std::size_t batches) {
  double divided = 1.0;
  for (const Instruction& line : run.loop()) {
    if (line.enabled && line.kind == kScaleLoss) divided *= static_cast<double>(line.divisor);
  }
  if (divided != 1.0) return {};
  const auto step = std::find_if(run.seen->steps.begin(), run.seen->steps.end(),
                                 [](const StepSeen& each) { return each.fresh_backwards > 1; });
  if (step == run.seen->steps.end()) return {};
  const std::size_t forward = after_last(run.loop(), InstructionKind::kForward);
  const Loop mended = with_line(run.loop(), forward, {.kind = kScaleLoss, .divisor = batches});
  if (!run.changes_outcome(mended)) return {};
  const std::string k = std::to_string(batches);
  return Finding{
      .id = "accumulation_without_dividing",
      .severity = Severity::kWarning,
      .line = step->line,
      .iteration = step->iteration,
      .title = "The gradients of " + k + " batches are added, not averaged",
      .explanation = "The step comes once in " + k +
                     " batches, and loss.backward() adds their gradients up. A loss is a mean over "
                     "its batch; for the mean over all " +
                     k + " batches each loss has to be divided by " + k +
                     ". Undivided, plain SGD acts as with " + k +
                     " times the learning rate; Adam hides most of it, and clipping does not.",
      .pytorch = "PyTorch says nothing: it adds what it is told to add.",
      .evidence = {{"batches whose gradients step() used", static_cast<double>(step->backwards)},
                   {"norm of the gradient that it used", step->grad_norm},
                   {"norm of what the last batch added", step->batch_grad_norm}},
      .remedy = run.mended_or_canonical("Divide the loss by " + k, mended)};
}

// An experiment on the task's canonical accumulation, and the same with batches as large as all of
// them together.
struct Pair {
  Experiment small;
  Experiment big;
};

std::optional<Pair> pair_of(const Case& run, std::size_t batches) {
  std::size_t steps = run.steps() / batches;
  Pair pair{run.canonical, run.canonical};
  if (auto* task = std::get_if<TaskSpec>(&pair.big.problem)) {
    const auto dataset = assemble_dataset(run.alone);
    if (!dataset) return std::nullopt;
    // Within an epoch a big batch has the samples of the small ones.
    const std::size_t samples = (*dataset)->train_labels.size();
    steps = std::min(steps, samples / task->batch_size / batches);
    task->batch_size *= batches;
  }
  if (steps == 0) return std::nullopt;
  pair.small.steps = steps * batches;
  pair.big.steps = steps;
  for (Experiment* each : {&pair.small, &pair.big}) {
    each->edits.clear();
    each->runs.front().schedulers.clear();
  }
  return pair;
}

// The difference with an optimizer and a clipping line of that `every` in the accumulation.
std::optional<double> difference(const Case& run, const Pair& pair, const NamedSpec& optimizer,
                                 std::optional<std::size_t> clip_every) {
  Experiment small = pair.small;
  Experiment big = pair.big;
  const std::size_t batches = small.steps / big.steps;
  small.runs.front().optimizer = optimizer;
  big.runs.front().optimizer = optimizer;
  small.loop = {{.kind = InstructionKind::kForward},
                {.kind = kScaleLoss, .divisor = batches},
                {.kind = InstructionKind::kBackward},
                {.kind = InstructionKind::kStep, .every = batches},
                {.kind = InstructionKind::kZeroGrad, .every = batches}};
  big.loop = canonical_loop();
  if (clip_every) {
    constexpr double kLimit = 0.1;
    small.loop =
        with_line(small.loop, 3,
                  {.kind = InstructionKind::kClipGradNorm, .every = *clip_every, .limit = kLimit});
    big.loop = with_line(big.loop, 3, {.kind = InstructionKind::kClipGradNorm, .limit = kLimit});
  }
  const Trial* a = run.lab.trial(small);
  const Trial* b = run.lab.trial(big);
  if (a == nullptr || b == nullptr || !a->is_finite() || !b->is_finite()) return std::nullopt;
  return difference_of(*b, *a);
}

std::optional<Finding> like_big_batch(const Case& run, std::size_t batches) {
  constexpr double kRounding = 1e-3;
  const auto pair = pair_of(run, batches);
  if (!pair) return {};
  const NamedSpec sgd{"SGD", {{"lr", 0.1}}};
  const NamedSpec adam{"Adam", {{"lr", 0.01}}};
  const auto own = difference(run, *pair, run.spec().optimizer, std::nullopt);
  const auto with_sgd = difference(run, *pair, sgd, std::nullopt);
  const auto with_adam = difference(run, *pair, adam, std::nullopt);
  const auto clipped_once = difference(run, *pair, sgd, batches);
  const auto clipped_each = difference(run, *pair, sgd, 1);
  if (run.lab.has_work() || !own || *own > kRounding) return {};
  std::vector<Evidence> evidence{{"batches for one step", static_cast<double>(batches)},
                                 {"steps compared", static_cast<double>(pair->big.steps)},
                                 {"difference, as a share of the way", *own}};
  const auto add = [&](const char* name, const std::optional<double>& value) {
    if (value) evidence.push_back({name, *value});
  };
  add("the same with SGD", with_sgd);
  add("the same with Adam", with_adam);
  add("the same with SGD, clipping once before each step", clipped_once);
  add("the same with SGD, clipping after every batch", clipped_each);
  const std::string k = std::to_string(batches);
  return Finding{
      .id = "accumulation_matches_big_batch",
      .severity = Severity::kNote,
      .line = run.line_of(InstructionKind::kStep),
      .iteration = std::nullopt,
      .title = "This is the same as batches " + k + " times as large",
      .explanation =
          "The divided losses of " + k +
          " batches have the gradient of one batch with all of their samples, up to "
          "rounding, and so SGD and Adam go the same way. It stays the same as long as "
          "what is not a sum happens once a step: clipping after every batch goes another "
          "way, and so would a norm over the batch. Weight decay acts once a step in both.",
      .pytorch = "PyTorch says nothing: this is what adding gradients up is for.",
      .evidence = std::move(evidence),
      .remedy = std::nullopt};
}

}  // namespace

std::vector<Finding> find_accumulation(const Case& run) {
  const std::size_t batches = accumulated_batches(run.loop());
  if (batches < 2 || run.raises() || run.changes_loop) return {};
  auto finding =
      run.is_equivalent() ? like_big_batch(run, batches) : without_dividing(run, batches);
  if (!finding) return {};
  return {std::move(*finding)};
}

}  // namespace steplab
