// SPDX-License-Identifier: MIT
#include "export/python_loop.hpp"

#include <algorithm>
#include <variant>

#include "export/parameter_expression.hpp"
#include "export/python_instruction.hpp"
#include "export/python_optimizer.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab::python {
namespace {

/// Writes one run's loop.
class LoopWriter {
 public:
  LoopWriter(const Experiment& experiment, std::size_t index, const ProblemScript& problem,
             const std::string& label, const AverageScript* average)
      : experiment_(experiment),
        index_(index),
        run_(experiment.runs[index]),
        problem_(problem),
        optimizer_(find_optimizer(run_.optimizer.name)),
        label_(label),
        average_(average) {}

  Result<Lines> write() {
    Lines body;
    if (Status edited = append_edits(body); !edited) return edited.error();
    append(body, problem_.iteration);
    if (Status written = append_loops(body); !written) return written.error();

    Lines lines;
    if (needs_closure(run_)) append_closure(lines);
    if (samples_labels(run_, problem_)) append_sampler(lines);
    if (average_ != nullptr) append(lines, average_->before());
    lines.push_back("for iteration in range(" + std::to_string(experiment_.steps) + "):");
    append(lines, body, 1);
    if (average_ != nullptr) append(lines, average_->after(label_, experiment_.steps));
    return lines;
  }

 private:
  // Whether the loss is known before anything moves, in every iteration.
  static bool computes_loss_first(const std::vector<Instruction>& loop) {
    const auto first = std::find_if(loop.begin(), loop.end(), [](const Instruction& line) {
      return line.enabled && (line.kind == InstructionKind::kForward || line.moves_parameters());
    });
    return first != loop.end() && first->kind == InstructionKind::kForward && first->every == 1 &&
           !first->at;
  }

  // Whether `loss` is something else when the iteration ends.
  static bool changes_loss(const std::vector<Instruction>& loop) {
    std::size_t forwards = 0;
    for (const Instruction& line : loop) {
      if (!line.enabled) continue;
      if (line.kind == InstructionKind::kScaleLoss) return true;
      forwards += line.kind == InstructionKind::kForward ? 1 : 0;
    }
    return forwards > 1;
  }

  void append_closure(Lines& lines) const {
    append(lines, {"def closure():", "    optimizer.zero_grad()", "    loss = " + problem_.loss,
                   "    loss.backward()", "    return loss", "", ""});
  }

  void append_sampler(Lines& lines) const {
    append(lines, {"def sample_gradient():", "    outputs = model(inputs)",
                   "    " + problem_.sampled_loss + ".backward()", "", ""});
    append(lines, sampler_lines(run_, problem_));
  }

  std::string print(const std::string& what) const {
    return "print(" + label_ + ", iteration, " + what + ")";
  }

  // The loop, and those that edits put in its place, each for its iterations.
  Status append_loops(Lines& body) const {
    std::vector<const Edit*> exchanges;
    for (const Edit& edit : experiment_.edits) {
      if (edit.run.value_or(index_) != index_) continue;
      if (std::holds_alternative<Edit::Loop>(edit.action)) exchanges.push_back(&edit);
    }
    const std::string own = run_.loop ? "/runs/" + std::to_string(index_) + "/loop" : "/loop";
    if (exchanges.empty()) return append_body(body, loop_of(experiment_, index_), own, 0);
    body.push_back("if iteration < " + std::to_string(exchanges.front()->at) + ":");
    if (Status first = append_body(body, loop_of(experiment_, index_), own, 1); !first) {
      return first;
    }
    for (std::size_t i = 0; i < exchanges.size(); ++i) {
      const bool is_last = i + 1 == exchanges.size();
      body.push_back(is_last ? "else:"
                             : "elif iteration < " + std::to_string(exchanges[i + 1]->at) + ":");
      const auto place = static_cast<std::size_t>(exchanges[i] - experiment_.edits.data());
      const Status written = append_body(body, std::get<Edit::Loop>(exchanges[i]->action).lines,
                                         "/edits/" + std::to_string(place) + "/loop", 1);
      if (!written) return written;
    }
    return {};
  }

  // One loop with its printing.
  Status append_body(Lines& lines, const std::vector<Instruction>& loop, const std::string& path,
                     std::size_t levels) const {
    Lines body;
    const bool has_loss = !problem_.loss.empty();
    const bool knows_loss = has_loss && computes_loss_first(loop);
    if (has_loss && !knows_loss) {
      body.push_back("# The lines below do not compute this loss before they step.");
      body.push_back(print(problem_.loss + ".item()"));
    }
    const bool prints_early = knows_loss && changes_loss(loop);
    if (Status appended = append_loop(body, loop, prints_early, path); !appended) return appended;
    if (!has_loss || (knows_loss && !prints_early)) {
      body.push_back(print(problem_.shown));
    }
    append(lines, body, levels);
    return {};
  }

  static std::string condition(const Instruction& line) {
    if (line.at) return "if iteration == " + std::to_string(*line.at) + ":";
    if (line.every > 1) return "if (iteration + 1) % " + std::to_string(line.every) + " == 0:";
    return {};
  }

  // Lines that follow each other and run equally often share an `if`.
  Status append_loop(Lines& body, const std::vector<Instruction>& loop, bool prints_early,
                     const std::string& path) const {
    std::string present;
    bool has_printed = !prints_early;
    for (std::size_t i = 0; i < loop.size(); ++i) {
      const Instruction& line = loop[i];
      if (!line.enabled) continue;
      const std::string needed = condition(line);
      if (needed != present && !needed.empty()) body.push_back(needed);
      present = needed;
      const Result<Lines> lines = instruction_lines(
          line, run_, problem_, path + "/" + std::to_string(i), "/runs/" + std::to_string(index_));
      if (!lines) return lines.error();
      append(body, *lines, needed.empty() ? 0 : 1);
      if (average_ != nullptr && line.kind == InstructionKind::kStep) {
        append(body, average_->after_step(), needed.empty() ? 0 : 1);
      }
      if (!has_printed && line.kind == InstructionKind::kForward) {
        body.push_back(print(problem_.shown));
        has_printed = true;
      }
    }
    return {};
  }

  Status append_edits(Lines& body) const {
    std::optional<std::size_t> at;
    for (std::size_t e = 0; e < experiment_.edits.size(); ++e) {
      const Edit& edit = experiment_.edits[e];
      if (edit.run.value_or(index_) != index_) continue;
      if (std::holds_alternative<Edit::Loop>(edit.action)) continue;
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
      const HyperParameterInfo* info = find_group_hyper(run_, name);
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
  std::string label_;
  const AverageScript* average_;
};

}  // namespace

Result<Lines> loop_lines(const Experiment& experiment, std::size_t index,
                         const ProblemScript& problem, const std::string& label,
                         const AverageScript* average) {
  return LoopWriter(experiment, index, problem, label, average).write();
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
