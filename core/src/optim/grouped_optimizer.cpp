// SPDX-License-Identifier: MIT
#include "optim/grouped_optimizer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "steplab/base/archive.hpp"

namespace steplab {
namespace {

// How PyTorch writes a missing argument of a step that cannot do without its closure.
Error missing_closure(std::string_view name) {
  return {ErrorCode::kLoop, "",
          std::string(name) + ".step() missing 1 required positional argument: 'closure'"};
}

void archive_error(Archive& archive, std::optional<Error>& error) {
  bool exists = error.has_value();
  archive.value(exists);
  if (!exists) {
    error.reset();
    return;
  }
  if (!error) error.emplace();
  archive.value(error->code);
  archive.text(error->path);
  archive.text(error->message);
}

Error missing_key(const std::string& name) {
  return {ErrorCode::kInvalidHyperParameter, "", "KeyError: '" + name + "'"};
}

}  // namespace

std::size_t element_count(std::span<Parameter* const> parameters) {
  std::size_t elements = 0;
  for (const Parameter* parameter : parameters) elements += parameter->value().size();
  return elements;
}

std::unique_ptr<std::byte[]> GroupedOptimizer::default_options(const ErasedRule& rule) {
  auto options = std::make_unique<std::byte[]>(rule.options_size);
  rule.default_options(options.get());
  return options;
}

std::unique_ptr<std::byte[]> GroupedOptimizer::copied(const std::byte* options) const {
  auto copy = std::make_unique<std::byte[]>(rule_.options_size);
  std::copy(options, options + rule_.options_size, copy.get());
  return copy;
}

Status GroupedOptimizer::add_param_group(std::vector<Parameter*> params,
                                         const HyperValues& overrides) {
  // Groups that come before the first step are the constructor's.
  if (!rule_.one_group.empty() && !groups_.empty() && step_count_ == 0) {
    return invalid_hyper("params", std::string(rule_.one_group));
  }
  Group group;
  group.options = copied(options_.get());
  if (Status status = hyper_table().set_all(group.options.get(), overrides); !status) return status;
  for (const Parameter* parameter : params) {
    if (find_slot(*parameter) != nullptr) {
      return invalid_hyper("params", "some parameters appear in more than one parameter group");
    }
    if (rule_.check_parameter == nullptr) continue;
    if (Status status = rule_.check_parameter(*parameter); !status) return status;
  }
  if (const std::size_t elements = element_count(params); elements > rule_.most_elements) {
    return invalid_hyper("params", std::string(rule_.name) + " keeps dense matrices: it takes " +
                                       std::to_string(rule_.most_elements) +
                                       " elements in all its parameters at most, and these have " +
                                       std::to_string(elements));
  }
  group.parameters = std::move(params);
  for (Parameter* parameter : group.parameters) {
    group.slots.push_back(slot_of(*parameter, group.options.get()));
  }
  allocate_group(group);
  groups_.push_back(std::move(group));
  return {};
}

Status GroupedOptimizer::step(Closure* closure) {
  if (rule_.needs_closure && closure == nullptr) return missing_closure(rule_.name);
  ++step_count_;
  if (inspector_ != nullptr) inspector_->clear();
  const StepContext context{closure, inspector_};
  if (rule_.step != nullptr) return rule_.step(*this, context);

  if (closure != nullptr) {
    if (Result<float> loss = closure->evaluate(); !loss) return loss.error();
  }
  for (Group& group : groups_) {
    if (Status status = prepare(group); !status) return status;
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      Parameter& parameter = *group.parameters[i];
      if (!parameter.has_grad()) continue;
      const auto update = parameter.has_sparse_grad() ? rule_.update_sparse : rule_.update;
      const Status status =
          update(context, parameter, group.slots[i]->state.get(), group.options.get());
      if (!status) return status;
    }
  }
  return {};
}

Status GroupedOptimizer::prepare(Group& group) {
  if (!group.missing.empty()) return missing_key(group.missing);
  for (std::size_t i = 0; i < group.parameters.size(); ++i) {
    if (!group.parameters[i]->has_grad()) continue;
    if (Status status = check_layout(*group.parameters[i]); !status) return status;
    if (Status status = ensure_state(group, i); !status) return status;
    if (rule_.prepare == nullptr) continue;
    void* state = group.slots[i]->state.get();
    if (Status status = rule_.prepare(state, group.options.get()); !status) return status;
  }
  return {};
}

Status GroupedOptimizer::check_layout(const Parameter& parameter) const {
  const SparseGradients fit = rule_.sparse_gradients;
  if (fit == SparseGradients::kAccepted) return {};
  if (parameter.has_sparse_grad() == (fit == SparseGradients::kRequired)) return {};
  if (!rule_.layout_refusal.empty()) {
    return Error{ErrorCode::kInvalidArgument, "", std::string(rule_.layout_refusal)};
  }
  return Error{ErrorCode::kInvalidArgument, "",
               std::string(rule_.name) + " does not support sparse gradients"};
}

Status GroupedOptimizer::ensure_state(Group& group, std::size_t index) {
  if (!group.missing.empty()) return missing_key(group.missing);
  Slot& slot = *group.slots[index];
  if (slot.unfit) return *slot.unfit;
  if (!slot.exists) create_state(slot, group.options.get());
  return {};
}

void GroupedOptimizer::allocate_group(Group& group) {
  if (rule_.allocate_group == nullptr || group.slots.empty()) return;
  rule_.allocate_group(group.slots.front()->state.get(), group.parameters, group.options.get());
}

Result<HyperValue> GroupedOptimizer::hyper(std::size_t group, std::string_view name) const {
  if (group >= groups_.size()) return no_such_group(group);
  return hyper_table().get(groups_[group].options.get(), name);
}

Status GroupedOptimizer::set_hyper(std::size_t group, std::string_view name,
                                   const HyperValue& value) {
  if (group >= groups_.size()) return no_such_group(group);
  return hyper_table().set(groups_[group].options.get(), name, value);
}

Status GroupedOptimizer::check_hyper(std::size_t group, std::string_view name,
                                     const HyperValue& value) const {
  if (group >= groups_.size()) return no_such_group(group);
  const auto scratch = copied(groups_[group].options.get());
  return hyper_table().set(scratch.get(), name, value);
}

double GroupedOptimizer::lr(std::size_t group) const {
  const HyperField* field = lr_field();
  if (field == nullptr) return std::numeric_limits<double>::quiet_NaN();
  const HyperValue value = field->read(groups_[group].options.get());
  const double* number = std::get_if<double>(&value);
  return number != nullptr ? *number : std::numeric_limits<double>::quiet_NaN();
}

void GroupedOptimizer::set_lr(std::size_t group, double lr) {
  if (const HyperField* field = lr_field()) field->write(groups_[group].options.get(), lr);
}

double GroupedOptimizer::initial_lr(std::size_t group) {
  std::optional<double>& initial = groups_[group].initial_lr;
  if (!initial) initial = lr(group);
  return *initial;
}

std::optional<double> GroupedOptimizer::group_entry(std::size_t group,
                                                    std::string_view name) const {
  if (name == "initial_lr") return groups_[group].initial_lr;
  for (const auto& [key, value] : groups_[group].foreign) {
    const double* number = std::get_if<double>(&value);
    if (key == name && number != nullptr) return *number;
  }
  return std::nullopt;
}

void GroupedOptimizer::set_group_entry(std::size_t group, std::string_view name, double value) {
  if (name == "initial_lr") {
    groups_[group].initial_lr = value;
    return;
  }
  for (auto& [key, present] : groups_[group].foreign) {
    if (key != name) continue;
    present = value;
    return;
  }
  groups_[group].foreign.emplace_back(std::string(name), value);
}

std::vector<StateEntry> GroupedOptimizer::state(const Parameter& parameter) const {
  std::vector<StateEntry> entries;
  const Slot* slot = find_slot(parameter);
  if (slot == nullptr || !slot->exists) return entries;
  for (const StateField& field : rule_.state_fields) {
    if (field.exists(slot->state.get())) entries.push_back(field.entry(slot->state.get()));
  }
  return entries;
}

void GroupedOptimizer::archive(Archive& archive) {
  archive.value(step_count_);
  for (Group& group : groups_) {
    archive.values(std::span<std::byte>(group.options.get(), rule_.options_size));
    archive.value(group.initial_lr);
    archive.text(group.missing);
  }
  for (Slot& slot : slots_) {
    archive.value(slot.exists);
    archive_error(archive, slot.unfit);
    for (const StateField& field : rule_.state_fields) field.archive(slot.state.get(), archive);
  }
}

const GroupedOptimizer::Slot* GroupedOptimizer::find_slot(const Parameter& parameter) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [&](const Slot& slot) { return slot.parameter == &parameter; });
  return found == slots_.end() ? nullptr : &*found;
}

GroupedOptimizer::Slot* GroupedOptimizer::slot_of(Parameter& parameter,
                                                  const std::byte* group_options) {
  for (Slot& slot : slots_) {
    if (slot.parameter == &parameter) return &slot;
  }
  Slot& slot = slots_.emplace_back(
      Slot{&parameter, {rule_.make_state(), rule_.delete_state}, false, std::nullopt});
  rule_.allocate_state(slot.state.get(), parameter, group_options);
  // Groups that come before the first step are the constructor's.
  if (rule_.creates_state_in_constructor && step_count_ == 0) create_state(slot, group_options);
  return &slot;
}

void GroupedOptimizer::create_state(Slot& slot, const std::byte* group_options) {
  rule_.create_state(slot.state.get(), *slot.parameter, group_options, options_.get());
  slot.exists = true;
}

Error GroupedOptimizer::no_such_group(std::size_t group) const {
  return {ErrorCode::kInvalidArgument, "",
          "there is no parameter group " + std::to_string(group) + "; there are " +
              std::to_string(groups_.size())};
}

}  // namespace steplab
