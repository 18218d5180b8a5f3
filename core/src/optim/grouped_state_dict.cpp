// SPDX-License-Identifier: MIT
// state_dict and load_state_dict of GroupedOptimizer.
#include <algorithm>
#include <utility>

#include "optim/grouped_optimizer.hpp"

namespace steplab {

// The page's first engine saves and loads no checkpoints, and is 3 KB smaller without them.
#ifdef STEPLAB_FIRST_STEPS_ONLY

StateDict GroupedOptimizer::state_dict() const { return {}; }

Status GroupedOptimizer::load_state_dict(const StateDict&) {
  return Error{ErrorCode::kInvalidArgument, "", "this engine loads no state dict"};
}

#else

namespace {

std::string listed(const Shape& shape) {
  std::string text = "[";
  for (const std::size_t size : shape) {
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  }
  return text + "]";
}

// What PyTorch's next step raises where a loaded tensor has another shape than the parameter and
// its gradient: its first operation joins state and gradient in place, the second changes the
// parameter. (Rprop alone joins them the other way round.)
std::string shape_clash(const Shape& state, const Shape& parameter) {
  const std::size_t rank = std::max(state.size(), parameter.size());
  Shape broadcast(rank, 1);
  for (std::size_t back = 1; back <= rank; ++back) {
    const std::size_t a = back <= state.size() ? state[state.size() - back] : 1;
    const std::size_t b = back <= parameter.size() ? parameter[parameter.size() - back] : 1;
    if (a != b && a != 1 && b != 1) {
      return "The size of tensor a (" + std::to_string(a) + ") must match the size of tensor b (" +
             std::to_string(b) + ") at non-singleton dimension " + std::to_string(rank - back);
    }
    broadcast[rank - back] = a == 1 ? b : a;
  }
  return "output with shape " + listed(broadcast == state ? parameter : state) +
         " doesn't match the broadcast shape " + listed(broadcast);
}

// Ids count positions through the groups; a parameter that a group lists twice has the last one.
std::size_t last_position(std::span<Parameter* const> parameters, const Parameter* parameter) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i] == parameter) last = i;
  }
  return last;
}

}  // namespace

StateDict GroupedOptimizer::state_dict() const {
  StateDict dict;
  std::size_t first_id = 0;
  for (const Group& group : groups_) {
    StateDict::Group& described = dict.param_groups.emplace_back();
    for (const HyperField& field : rule_.hyper_fields) {
      described.options.emplace_back(std::string(field.name), field.read(group.options.get()));
    }
    for (const auto& entry : group.foreign) described.options.push_back(entry);
    if (group.initial_lr) described.options.emplace_back("initial_lr", *group.initial_lr);
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      const std::size_t last = last_position(group.parameters, group.parameters[i]);
      described.params.push_back(first_id + last);
      const Slot& slot = *group.slots[i];
      if (last != i || !slot.exists) continue;
      StateDict::ParameterState state{first_id + i, {}};
      for (const StateField& field : rule_.state_fields) {
        if (!field.exists(slot.state.get())) continue;
        state.entries.push_back({std::string(field.name), field.copied(slot.state.get())});
      }
      if (!state.entries.empty()) dict.state.push_back(std::move(state));
    }
    first_id += group.parameters.size();
  }
  return dict;
}

Status GroupedOptimizer::load_state_dict(const StateDict& dict) {
  if (dict.param_groups.size() != groups_.size()) {
    return Error{ErrorCode::kInvalidArgument, "/param_groups",
                 "loaded state dict has a different number of parameter groups"};
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (dict.param_groups[g].params.size() == groups_[g].parameters.size()) continue;
    return Error{ErrorCode::kInvalidArgument, "/param_groups/" + std::to_string(g) + "/params",
                 "loaded state dict contains a parameter group that doesn't match the size of "
                 "optimizer's group"};
  }
  // Everything is replaced: a parameter without loaded state has none.
  for (Slot& slot : slots_) {
    slot.exists = false;
    slot.unfit.reset();
    slot.state.reset(rule_.make_state());
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    Group& group = groups_[g];
    const StateDict::Group& loaded = dict.param_groups[g];
    load_group(group, loaded);
    for (std::size_t i = 0; i < group.slots.size(); ++i) {
      Slot& slot = *group.slots[i];
      rule_.allocate_state(slot.state.get(), *slot.parameter, group.options.get());
      if (i == 0) allocate_group(group);
      const auto found = std::find_if(
          dict.state.begin(), dict.state.end(),
          [&](const StateDict::ParameterState& state) { return state.id == loaded.params[i]; });
      if (found != dict.state.end()) load_slot(slot, *found);
    }
  }
  return {};
}

// Hyper-parameters come from the loaded group alone. Flags that a checkpoint of an older version
// lacks are off, as PyTorch's __setstate__ has them; other missing ones are its KeyError.
void GroupedOptimizer::load_group(Group& group, const StateDict::Group& loaded) {
  const HyperTable table = hyper_table();
  group.initial_lr.reset();
  group.foreign.clear();
  group.missing.clear();
  for (const auto& [name, value] : loaded.options) {
    const HyperField* field = table.find(name);
    const double* number = std::get_if<double>(&value);
    if (field != nullptr) {
      if (!field->write(group.options.get(), value)) group.missing = name;
    } else if (name == "initial_lr" && number != nullptr) {
      group.initial_lr = *number;
    } else {
      group.foreign.emplace_back(name, value);
    }
  }
  for (const HyperField& field : rule_.hyper_fields) {
    const bool given = std::any_of(loaded.options.begin(), loaded.options.end(),
                                   [&](const auto& option) { return option.first == field.name; });
    if (given) continue;
    if (field.type == HyperType::kFlag) {
      field.write(group.options.get(), HyperValue(false));
    } else if (group.missing.empty()) {
      group.missing = field.name;
    }
  }
}

void GroupedOptimizer::load_slot(Slot& slot, const StateDict::ParameterState& loaded) {
  slot.exists = true;
  for (const StateDict::Entry& entry : loaded.entries) {
    const auto field =
        std::find_if(rule_.state_fields.begin(), rule_.state_fields.end(),
                     [&](const StateField& candidate) { return candidate.name == entry.name; });
    if (field == rule_.state_fields.end() || field->load(slot.state.get(), entry.value)) continue;
    if (slot.unfit) continue;  // the first is what PyTorch comes upon
    const auto* tensor = std::get_if<Tensor>(&entry.value);
    const Shape& shape = slot.parameter->shape();
    const bool is_like_parameter = tensor != nullptr && field->kind == StateKind::kTensor &&
                                   field->tensor(slot.state.get()).shape() == shape;
    slot.unfit =
        Error{ErrorCode::kInvalidArgument, "/state/" + std::to_string(loaded.id),
              is_like_parameter ? shape_clash(tensor->shape(), shape)
                                : "the loaded '" + entry.name + "' does not have the shape that " +
                                      slot.parameter->name() + " needs"};
  }
}

#endif

}  // namespace steplab
