// SPDX-License-Identifier: MIT
#include "export/python_instruction.hpp"

#include <cmath>

#include "export/parameter_expression.hpp"
#include "export/python_optimizer.hpp"
#include "steplab/base/number_text.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab::python {
namespace {

// Clipping concerns what the optimizer was given, in its order; without groups these are all.
std::string clipped(const RunSpec& run, const ProblemScript& problem) {
  if (run.param_groups.empty()) return problem.parameters;
  return "[p for group in optimizer.param_groups for p in group[\"params\"]]";
}

// What clip_grad_norm_ is given beyond its limit.
std::string norm_arguments(const Instruction& line) {
  std::string text;
  if (std::isinf(line.norm_type)) {
    text = ", norm_type=\"inf\"";
  } else if (line.norm_type != Instruction().norm_type) {
    text = ", norm_type=" + python_number_text(line.norm_type);
  }
  return line.error_if_nonfinite ? text + ", error_if_nonfinite=True" : text;
}

// ReduceLROnPlateau.
bool watches_loss(const RunSpec& run) {
  const SchedulerInfo* info =
      run.schedulers.empty() ? nullptr : find_scheduler(run.schedulers.front().name);
  return info != nullptr && info->kind == SchedulerKind::kMetric;
}

Result<Lines> requires_grad_lines(const Instruction& line, const ProblemScript& problem,
                                  const std::string& path) {
  const std::string value = line.kind == InstructionKind::kFreeze ? "False" : "True";
  Lines lines;
  for (std::size_t i = 0; i < line.group.params.size(); ++i) {
    const Result<std::string> parameter =
        parameter_expression(problem, line.group.params[i], path + "/params/" + std::to_string(i));
    if (!parameter) return parameter.error();
    lines.push_back(*parameter + ".requires_grad_(" + value + ")");
  }
  return lines;
}

Result<Lines> add_group_lines(const Instruction& line, const RunSpec& run,
                              const ProblemScript& problem, const std::string& path) {
  Result<std::string> group = group_text(line.group, run, problem, path);
  if (!group) return group.error();
  return Lines{"optimizer.add_param_group(" + *group + ")"};
}

Result<Lines> recreate_lines(const RunSpec& run, const ProblemScript& problem,
                             const std::string& run_path) {
  Result<Lines> lines = optimizer_lines(run, problem, run_path);
  if (!lines) return lines;
  if (run.wrapper) {
    const Result<Lines> wrapper = wrapper_lines(*run.wrapper, run_path + "/wrapper");
    if (!wrapper) return wrapper.error();
    append(*lines, *wrapper);
  }
  append(*lines, sampler_lines(run, problem));
  return lines;
}

Lines save_lines(const ProblemScript& problem) {
  const std::string model = has_module(problem)
                                ? "model.state_dict()"
                                : "[p.detach() for p in " + problem.parameters + "]";
  return {"saved = copy.deepcopy((" + model + ", optimizer.state_dict()))"};
}

Lines load_lines(const ProblemScript& problem) {
  Lines lines;
  if (has_module(problem)) {
    lines = {"model.load_state_dict(saved[0])"};
  } else {
    lines = {
        "with torch.no_grad():", "    for p, value in zip(" + problem.parameters + ", saved[0]):",
        "        p.copy_(value)"};
  }
  // An optimizer goes on with the very tensors that it is given.
  lines.push_back("optimizer.load_state_dict(copy.deepcopy(saved[1]))");
  return lines;
}

Lines forward_lines(const Instruction& line, const ProblemScript& problem) {
  if (!line.no_grad) return problem.forward;
  Lines lines{"with torch.no_grad():"};
  append(lines, problem.forward, 1);
  return lines;
}

}  // namespace

Result<Lines> instruction_lines(const Instruction& line, const RunSpec& run,
                                const ProblemScript& problem, const std::string& path,
                                const std::string& run_path) {
  switch (line.kind) {
    case InstructionKind::kZeroGrad:
      return Lines{line.set_to_none ? "optimizer.zero_grad()"
                                    : "optimizer.zero_grad(set_to_none=False)"};
    case InstructionKind::kForward:
      return forward_lines(line, problem);
    case InstructionKind::kBackward:
      if (!problem.backward.empty()) return problem.backward;
      return Lines{line.retain_graph ? "loss.backward(retain_graph=True)" : "loss.backward()"};
    case InstructionKind::kStep:
      return Lines{needs_closure(run) ? "optimizer.step(closure)" : "optimizer.step()"};
    case InstructionKind::kSchedulerStep:
      return Lines{watches_loss(run) ? "scheduler.step(loss)" : "scheduler.step()"};
    case InstructionKind::kClipGradNorm:
      return Lines{"torch.nn.utils.clip_grad_norm_(" + clipped(run, problem) +
                   ", max_norm=" + python_number_text(line.limit) + norm_arguments(line) + ")"};
    case InstructionKind::kClipGradValue:
      return Lines{"torch.nn.utils.clip_grad_value_(" + clipped(run, problem) +
                   ", clip_value=" + python_number_text(line.limit) + ")"};
    case InstructionKind::kScaleLoss:
      return Lines{"loss = loss / " + std::to_string(line.divisor)};
    case InstructionKind::kDetach:
      return Lines{"loss = loss.detach()"};
    case InstructionKind::kFreeze:
    case InstructionKind::kUnfreeze:
      return requires_grad_lines(line, problem, path);
    case InstructionKind::kAddLayer:
      return Lines{"width = model[-1].out_features",
                   "model.extend([" + problem.activation + ", torch.nn.Linear(width, width)])"};
    case InstructionKind::kReplaceLayer:
      return Lines{
          "old = model[" + line.layer + "]",
          "model[" + line.layer + "] = torch.nn.Linear(old.in_features, old.out_features)"};
    case InstructionKind::kAddParamGroup:
      return add_group_lines(line, run, problem, path + "/group");
    case InstructionKind::kRecreateOptimizer:
      return recreate_lines(run, problem, run_path);
    case InstructionKind::kSaveState:
      return save_lines(problem);
    case InstructionKind::kLoadState:
      return load_lines(problem);
  }
  return Lines{};
}

}  // namespace steplab::python
