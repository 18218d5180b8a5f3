// SPDX-License-Identifier: MIT
// Lines that give the model other layers or the optimizer other parameters, and how a run is taken
// back to the structure of a snapshot.
#include <algorithm>
#include <string>
#include <utility>

#include "session/assemble.hpp"
#include "session/run.hpp"

namespace steplab {
// The page's first engine has one structure: its pages load the full one for such lines.
#ifdef STEPLAB_FIRST_STEPS_ONLY

Status Run::change_structure(const Instruction& line) {
  return Error{ErrorCode::kInvalidArgument, "",
               "this engine does not run " + std::string(instruction_name(line.kind))};
}

void Run::note_new_layers() {}
void Run::restructure(std::size_t) {}
Problem& Run::look_alike() { return *problem_; }

#else

namespace {

// Every layer that was ever made stays alive, because an optimizer may still own its parameters.
constexpr std::size_t kMaxLayerChanges = 64;

Error too_many_changes() {
  return {ErrorCode::kLoop, "",
          "StepLab follows at most " + std::to_string(kMaxLayerChanges) +
              " changes of a model's layers in one run; PyTorch would go on"};
}

}  // namespace

Status Run::change_structure(const Instruction& line) {
  StructureChange change{line.kind, line.layer, line.group};
  if (change.concerns_layers() && structures_.layer_changes() >= kMaxLayerChanges) {
    return too_many_changes();
  }
  if (Status made = make(change); !made) return made;
  structures_.change(std::move(change));
  track_parameters();
  return {};
}

Status Run::make(const StructureChange& change) {
  switch (change.kind) {
    case InstructionKind::kAddLayer:
      return after_layers(problem_->add_layer());
    case InstructionKind::kReplaceLayer:
      return after_layers(problem_->replace_layer(change.layer));
    case InstructionKind::kForward:
      problem_->take_new_layers();
      return {};
    case InstructionKind::kAddParamGroup: {
      std::vector<Parameter*> params;
      for (const std::string& name : change.group.params) {
        auto found = parameter_named(name);
        if (!found) return found.error();
        params.push_back(*found);
      }
      return optimizer_->add_param_group(std::move(params), change.group.options);
    }
    default:
      return recreate_optimizer();
  }
}

Status Run::after_layers(Status changed) {
  if (changed && average_) average_->follow(problem_->parameters());
  return changed;
}

Status Run::recreate_optimizer() {
  auto made =
      assemble_optimizer(source_.spec(), *problem_, "/runs/" + std::to_string(source_.index));
  if (!made) return made.error();
  // As in Python, a scheduler goes on with the optimizer that it was made for.
  if (!schedulers_.empty() && scheduled_ == nullptr) scheduled_ = std::move(optimizer_);
  optimizer_ = std::move(*made);
  if (is_inspected()) optimizer_->set_inspector(&inspector_);
  return {};
}

// A forward that is the first through new layers makes another structure: what backward goes
// through has other sizes.
void Run::note_new_layers() {
  if (!problem_->has_new_layers()) return;
  problem_->take_new_layers();
  structures_.change({InstructionKind::kForward, {}, {}});
}

void Run::restructure(std::size_t structure) {
  if (structure == structures_.current()) return;
  // What could be made once can be made again.
  RunParts parts = assemble_parts(source_).value();
  // Schedulers refer to their optimizer, so they go first.
  schedulers_ = std::move(parts.schedulers);
  scheduled_.reset();
  optimizer_ = std::move(parts.optimizer);
  average_ = std::move(parts.average);
  problem_ = std::move(parts.problem);
  for (const StructureChange& change : structures_.changes(structure)) {
    [[maybe_unused]] const Status made = make(change);
  }
  structures_.set_current(structure);
  track_parameters();
  watch_again();
}

Problem& Run::look_alike() {
  const std::size_t structure = structures_.current();
  if (look_alike_ == nullptr || look_alike_structure_ != structure) {
    look_alike_ = assemble_problem(source_.experiment, source_.dataset).value();
    for (const StructureChange& change : structures_.changes(structure)) {
      if (change.kind == InstructionKind::kAddLayer) {
        [[maybe_unused]] const Status added = look_alike_->add_layer();
      } else if (change.kind == InstructionKind::kReplaceLayer) {
        [[maybe_unused]] const Status replaced = look_alike_->replace_layer(change.layer);
      }
    }
    look_alike_structure_ = structure;
  }
  return *look_alike_;
}

#endif

}  // namespace steplab
