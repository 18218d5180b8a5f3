// SPDX-License-Identifier: MIT
#include "export/python_loop.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "export/parameter_expression.hpp"
#include "export/python_optimizer.hpp"
#include "steplab/base/number_text.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab::python {
namespace {

/// Writes one run's loop.
class LoopWriter {
 public:
  LoopWriter(const Experiment& experiment, std::size_t index, const ProblemScript& problem,
             const std::string& label)
      : experiment_(experiment),
        index_(index),
        run_(experiment.runs[index]),
        problem_(problem),
        optimizer_(find_optimizer(run_.optimizer.name)),
        print_("print(" + label + ", iteration, ") {}

  Result<Lines> write() {
    const std::vector<Instruction>& loop = loop_of(experiment_, index_);
    Lines body;
    if (Status edited = append_edits(body); !edited) return edited.error();
    append(body, problem_.iteration);
    const bool has_loss = !problem_.loss.empty();
    const bool knows_loss = has_loss && computes_loss_first(loop);
    if (has_loss && !knows_loss) {
      body.push_back("# The lines below do not compute this loss before they step.");
      body.push_back(print_ + problem_.loss + ".item())");
    }
    // A second forward would replace the loss.
    const bool prints_early =
        knows_loss && std::count_if(loop.begin(), loop.end(), [](const Instruction& line) {
                        return line.enabled && line.kind == InstructionKind::kForward;
                      }) > 1;
    append_loop(body, loop, prints_early);
    if (!has_loss || (knows_loss && !prints_early)) {
      body.push_back(print_ + problem_.shown + ")");
    }

    Lines lines;
    if (needs_closure(run_)) append_closure(lines);
    lines.push_back("for iteration in range(" + std::to_string(experiment_.steps) + "):");
    append(lines, body, 1);
    return lines;
  }

 private:
  // Whether the loss is known before anything steps, in every iteration.
  static bool computes_loss_first(const std::vector<Instruction>& loop) {
    const auto first = std::find_if(loop.begin(), loop.end(), [](const Instruction& line) {
      return line.enabled &&
             (line.kind == InstructionKind::kForward || line.kind == InstructionKind::kStep);
    });
    return first != loop.end() && first->kind == InstructionKind::kForward && first->every == 1;
  }

  void append_closure(Lines& lines) const {
    append(lines, {"def closure():", "    optimizer.zero_grad()", "    loss = " + problem_.loss,
                   "    loss.backward()", "    return loss", "", ""});
  }

  // Lines that follow each other and run equally often share an `if`.
  void append_loop(Lines& body, const std::vector<Instruction>& loop, bool prints_early) const {
    std::size_t every = 1;
    bool has_printed = !prints_early;
    for (const Instruction& line : loop) {
      if (!line.enabled) continue;
      if (line.every != every && line.every > 1) {
        body.push_back("if (iteration + 1) % " + std::to_string(line.every) + " == 0:");
      }
      every = line.every;
      append(body, instruction_lines(line), every > 1 ? 1 : 0);
      if (!has_printed && line.kind == InstructionKind::kForward) {
        body.push_back(print_ + problem_.shown + ")");
        has_printed = true;
      }
    }
  }

  Lines instruction_lines(const Instruction& line) const {
    switch (line.kind) {
      case InstructionKind::kZeroGrad:
        return {line.set_to_none ? "optimizer.zero_grad()"
                                 : "optimizer.zero_grad(set_to_none=False)"};
      case InstructionKind::kForward:
        return problem_.forward;
      case InstructionKind::kBackward:
        if (!problem_.backward.empty()) return problem_.backward;
        return {line.retain_graph ? "loss.backward(retain_graph=True)" : "loss.backward()"};
      case InstructionKind::kStep:
        return {needs_closure(run_) ? "optimizer.step(closure)" : "optimizer.step()"};
      case InstructionKind::kSchedulerStep:
        return {watches_loss() ? "scheduler.step(loss)" : "scheduler.step()"};
      case InstructionKind::kClipGradNorm:
        return {"torch.nn.utils.clip_grad_norm_(" + owned() +
                ", max_norm=" + python_number_text(line.limit) + norm_arguments(line) + ")"};
      case InstructionKind::kClipGradValue:
        return {"torch.nn.utils.clip_grad_value_(" + owned() +
                ", clip_value=" + python_number_text(line.limit) + ")"};
    }
    return {};
  }

  // ReduceLROnPlateau.
  bool watches_loss() const {
    const SchedulerInfo* info =
        run_.schedulers.empty() ? nullptr : find_scheduler(run_.schedulers.front().name);
    return info != nullptr && info->kind == SchedulerKind::kMetric;
  }

  // What clip_grad_norm_ is given beyond its limit.
  static std::string norm_arguments(const Instruction& line) {
    std::string text;
    if (std::isinf(line.norm_type)) {
      text = ", norm_type=\"inf\"";
    } else if (line.norm_type != Instruction().norm_type) {
      text = ", norm_type=" + python_number_text(line.norm_type);
    }
    return line.error_if_nonfinite ? text + ", error_if_nonfinite=True" : text;
  }

  // Clipping concerns what the optimizer was given, in its order.
  std::string owned() const {
    if (run_.param_groups.empty()) return problem_.parameters;
    return "[p for group in optimizer.param_groups for p in group[\"params\"]]";
  }

  Status append_edits(Lines& body) const {
    std::optional<std::size_t> at;
    for (std::size_t e = 0; e < experiment_.edits.size(); ++e) {
      const Edit& edit = experiment_.edits[e];
      if (edit.run.value_or(index_) != index_) continue;
      if (edit.at != at) body.push_back("if iteration == " + std::to_string(edit.at) + ":");
      at = edit.at;
      const Result<Lines> lines = edit_lines(edit, "/edits/" + std::to_string(e));
      if (!lines) return lines.error();
      append(body, *lines, 1);
    }
    return {};
  }

  Result<Lines> edit_lines(const Edit& edit, const std::string& path) const {
    if (const auto* freeze = std::get_if<Edit::Freeze>(&edit.action)) {
      return requires_grad_lines(freeze->parameter, "False", path + "/freeze");
    }
    if (const auto* unfreeze = std::get_if<Edit::Unfreeze>(&edit.action)) {
      return requires_grad_lines(unfreeze->parameter, "True", path + "/unfreeze");
    }
    const auto& set = std::get<Edit::Set>(edit.action);
    const bool is_every_group = !set.group && run_.param_groups.size() > 1;
    const std::string group =
        is_every_group ? "group"
                       : "optimizer.param_groups[" + std::to_string(set.group.value_or(0)) + "]";
    Lines lines;
    if (is_every_group) lines.emplace_back("for group in optimizer.param_groups:");
    for (const auto& [name, value] : set.options) {
      const HyperParameterInfo* info = find_hyper(optimizer_->hyper_parameters, name);
      if (info == nullptr) return no_such_hyper(optimizer_->name, path + "/set", name);
      append(lines, {group + "[" + quoted(name) + "] = " + hyper_text(*info, value)},
             is_every_group ? 1 : 0);
    }
    return lines;
  }

  Result<Lines> requires_grad_lines(const std::string& parameter, const std::string& value,
                                    const std::string& path) const {
    const Result<std::string> expression = parameter_expression(problem_, parameter, path);
    if (!expression) return expression.error();
    return Lines{*expression + ".requires_grad_(" + value + ")"};
  }

  const Experiment& experiment_;
  std::size_t index_;
  const RunSpec& run_;
  const ProblemScript& problem_;
  const OptimizerInfo* optimizer_;
  std::string print_;
};

}  // namespace

Result<Lines> loop_lines(const Experiment& experiment, std::size_t index,
                         const ProblemScript& problem, const std::string& label) {
  return LoopWriter(experiment, index, problem, label).write();
}

const std::vector<Instruction>& loop_of(const Experiment& experiment, std::size_t index) {
  const RunSpec& run = experiment.runs[index];
  return run.loop ? *run.loop : experiment.loop;
}

bool has_line(const std::vector<Instruction>& loop, InstructionKind kind) {
  return std::any_of(loop.begin(), loop.end(),
                     [kind](const Instruction& line) { return line.enabled && line.kind == kind; });
}

}  // namespace steplab::python
