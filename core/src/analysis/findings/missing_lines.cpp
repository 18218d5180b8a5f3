// SPDX-License-Identifier: MIT
// Lines that a loop lacks: forward, backward, step; a scheduler that is none.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/loop_change.hpp"

namespace steplab {
namespace {

constexpr InstructionKind kForward = InstructionKind::kForward;
constexpr InstructionKind kBackward = InstructionKind::kBackward;
constexpr InstructionKind kStep = InstructionKind::kStep;

// A line of that kind that is struck out: the first place to look.
std::optional<std::size_t> struck_out(const Loop& loop, InstructionKind kind) {
  for (std::size_t i = 0; i < loop.size(); ++i) {
    if (loop[i].kind == kind && !loop[i].enabled) return i;
  }
  return std::nullopt;
}

// With the line in its place, or switched on again.
std::optional<Remedy> with_missing(const Case& run, InstructionKind kind, std::size_t place) {
  const std::string name = python_name(kind);
  if (const auto line = struck_out(run.loop(), kind)) {
    return run.mended_or_canonical("Switch " + name + " on again",
                                   with_line_changed(run.loop(), *line, {.kind = kind}));
  }
  return run.mended_or_canonical("Add " + name, with_line(run.loop(), place, {.kind = kind}));
}

Evidence executions(const Case& run, InstructionKind kind) {
  return {std::string("times that ") + python_name(kind) + " ran",
          static_cast<double>(run.seen->executions_of(run.loop(), kind))};
}

Finding no_forward(const Case& run) {
  const auto backward = run.line_of(kBackward);
  return {
      .id = "no_forward",
      .severity = Severity::kError,
      .line = run.raises() ? std::optional(run.verdict->line) : struck_out(run.loop(), kForward),
      .iteration = 0,
      .title = "There is no loss to learn from",
      .explanation =
          std::string("The loop never runs the model on a batch, so no loss is computed. ") +
          (backward ? "loss.backward() has nothing to start from."
                    : "Without a loss there are no gradients, and without gradients "
                      "optimizer.step() has nothing to do."),
      .pytorch = run.raised_or(
          "PyTorch says nothing: a loop without a forward pass is a loop that does nothing."),
      .evidence = {executions(run, kForward), {"norm of all changes", run.trial->movement()}},
      .remedy = with_missing(run, kForward, backward.value_or(0))};
}

Finding no_backward(const Case& run) {
  return {
      .id = "no_backward",
      .severity = Severity::kError,
      .line = struck_out(run.loop(), kBackward),
      .iteration = 0,
      .title = "No gradients are ever computed",
      .explanation =
          "A forward pass computes the loss and nothing else. loss.backward() is what "
          "fills every parameter's .grad; without it .grad stays None, and "
          "optimizer.step() skips every parameter.",
      .pytorch = run.raised_or("PyTorch says nothing: step() skips parameters whose .grad is "
                               "None, because a model may have parts that a loss does not use."),
      .evidence = {executions(run, kBackward), {"norm of all changes", run.trial->movement()}},
      .remedy = with_missing(run, kBackward, after_last(run.loop(), kForward))};
}

Finding no_step(const Case& run) {
  std::vector<Evidence> evidence{executions(run, kStep),
                                 {"norm of all changes", run.trial->movement()}};
  float largest = 0.0F;
  for (const ParameterSeen& parameter : run.seen->parameters) {
    largest = std::max(largest, parameter.largest_grad_norm);
  }
  evidence.push_back({"largest gradient that no one used", largest});
  const std::size_t after = after_last(run.loop(), kBackward);
  return {.id = "no_step",
          .severity = Severity::kError,
          .line = struck_out(run.loop(), kStep),
          .iteration = 0,
          .title = "Nothing ever changes the parameters",
          .explanation =
              "loss.backward() only computes gradients: it tells in which direction every "
              "parameter should go. optimizer.step() is what goes there, and this loop "
              "never calls it.",
          .pytorch = run.raised_or("PyTorch says nothing: computing gradients without a step is "
                                   "useful too, for instance to look at them."),
          .evidence = std::move(evidence),
          .remedy = with_missing(run, kStep, after)};
}

Finding no_scheduler(const Case& run) {
  return {.id = "scheduler_missing",
          .severity = Severity::kError,
          .line = run.verdict->line,
          .iteration = run.verdict->iteration,
          .title = "The loop steps a scheduler that does not exist",
          .explanation =
              "A scheduler changes the optimizer's learning rate. The loop calls "
              "scheduler.step(), but this run was set up without a scheduler.",
          .pytorch = run.raised_or(""),
          .evidence = {},
          .remedy = run.mended_or_canonical("Remove scheduler.step()",
                                            without_line(run.loop(), run.verdict->line))};
}

Finding backward_before_forward(const Case& run) {
  const auto forward = *run.line_of(kForward);
  return {.id = "backward_before_forward",
          .severity = Severity::kError,
          .line = run.verdict->line,
          .iteration = run.verdict->iteration,
          .title = "backward() comes before there is a loss",
          .explanation =
              "loss.backward() goes back through the computation that made the loss. In "
              "the first iteration it runs before the forward pass, when there is no loss "
              "yet.",
          .pytorch = run.raised_or(""),
          .evidence = {executions(run, kForward)},
          .remedy =
              run.mended_or_canonical("Move loss.backward() behind the forward pass",
                                      with_line_moved(run.loop(), run.verdict->line, forward + 1))};
}

// backward found a loss that depends on no parameter that wants a gradient.
Finding no_graph(const Case& run) {
  Loop mended = run.loop();
  std::optional<std::size_t> cut;
  for (std::size_t i = mended.size(); i-- > 0;) {
    if (mended[i].enabled && mended[i].kind == InstructionKind::kDetach) {
      mended = without_line(std::move(mended), i);
      cut = i;
    } else if (mended[i].enabled && mended[i].kind == kForward && mended[i].no_grad) {
      mended[i].no_grad = false;
      cut = i;
    }
  }
  return {.id = "loss_without_graph",
          .severity = Severity::kError,
          .line = cut ? *cut : run.verdict->line,
          .iteration = run.verdict->iteration,
          .title = "The loss has forgotten where it came from",
          .explanation =
              cut ? "loss.backward() follows the computation from the loss back to the parameters. "
                    "detach() and torch.no_grad() cut that connection: the loss is then a mere "
                    "number, which is right for evaluating and wrong for training."
                  : "loss.backward() follows the computation from the loss back to the parameters "
                    "that want a gradient. All of them are frozen, so there is nowhere to go.",
          .pytorch = run.raised_or(""),
          .evidence = {{"backward passes before it raised",
                        static_cast<double>(run.seen->executions_of(run.loop(), kBackward))}},
          .remedy = cut ? run.mended_or_canonical("Keep the graph while training", mended)
                        : std::nullopt};
}

}  // namespace

std::vector<Finding> find_missing_lines(const Case& run) {
  if (!run.may_be_out_of_order()) return {};
  std::vector<Finding> found;
  const bool has_forward = run.ever_runs(kForward);
  const bool has_backward = run.ever_runs(kBackward);
  if (!has_forward) found.push_back(no_forward(run));
  if (has_forward && run.raises_at(kBackward) &&
      run.seen->executions_of(run.loop(), kForward) == 0) {
    found.push_back(backward_before_forward(run));
  }
  if (!has_backward) found.push_back(no_backward(run));
  if (!run.ever_runs(kStep)) found.push_back(no_step(run));
  if (run.raises_at(kBackward) &&
      run.verdict->message.find("does not require grad") != std::string::npos) {
    found.push_back(no_graph(run));
  }
  if (run.raises_at(InstructionKind::kSchedulerStep) && !run.has_scheduler()) {
    found.push_back(no_scheduler(run));
  }
  return found;
}

}  // namespace steplab
