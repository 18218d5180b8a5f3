// SPDX-License-Identifier: MIT
#include "optim/wrapped_optimizer.hpp"

#include <algorithm>
#include <string>

#include "steplab/base/archive.hpp"

namespace steplab {

Status WrappedOptimizer::add_param_group(std::vector<Parameter*> params,
                                         const HyperValues& overrides) {
  const std::vector<Parameter*> members = params;
  if (Status status = inner_->add_param_group(std::move(params), overrides); !status) {
    return status;
  }
  for (Parameter* parameter : members) {
    const std::span<const float> values = parameter->value().span();
    copies_.push_back({parameter, {values.begin(), values.end()}});
  }
  return {};
}

std::vector<StateEntry> WrappedOptimizer::state(const Parameter& parameter) const {
  std::vector<StateEntry> entries = inner_->state(parameter);
  if (copies_name().empty()) return entries;
  for (const Copy& copy : copies_) {
    if (copy.parameter != &parameter) continue;
    entries.push_back({copies_name(), std::span<const float>(copy.values), parameter.shape()});
    break;
  }
  return entries;
}

StateDict WrappedOptimizer::state_dict() const {
  StateDict dict = inner_->state_dict();
  if (copies_name().empty()) return dict;
  // Ids count parameters in the order of the groups, as the copies do.
  for (std::size_t id = 0; id < copies_.size(); ++id) {
    auto place = std::find_if(dict.state.begin(), dict.state.end(),
                              [&](const auto& state) { return state.id >= id; });
    if (place == dict.state.end() || place->id != id) place = dict.state.insert(place, {id, {}});
    place->entries.push_back(
        {std::string(copies_name()), Tensor(copies_[id].parameter->shape(), copies_[id].values)});
  }
  return dict;
}

Status WrappedOptimizer::load_state_dict(const StateDict& dict) {
  StateDict of_inner = dict;
  for (auto& state : of_inner.state) {
    std::erase_if(state.entries, [&](const auto& entry) { return entry.name == copies_name(); });
  }
  std::erase_if(of_inner.state, [](const auto& state) { return state.entries.empty(); });
  if (Status status = inner_->load_state_dict(of_inner); !status) return status;

  for (const auto& state : dict.state) {
    for (const auto& entry : state.entries) {
      const auto* tensor = std::get_if<Tensor>(&entry.value);
      if (entry.name != copies_name() || tensor == nullptr || state.id >= copies_.size()) continue;
      std::vector<float>& values = copies_[state.id].values;
      if (tensor->size() == values.size()) {
        std::copy(tensor->span().begin(), tensor->span().end(), values.begin());
      }
    }
  }
  return {};
}

void WrappedOptimizer::set_inspector(Inspector* inspector) {
  inspector_ = inspector;
  inner_->set_inspector(inspector);
}

void WrappedOptimizer::archive(Archive& archive) {
  archive.value(step_count_);
  inner_->archive(archive);
  for (Copy& copy : copies_) archive.values(std::span<float>(copy.values));
}

}  // namespace steplab
