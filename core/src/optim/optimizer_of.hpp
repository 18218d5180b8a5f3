// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "optim/hyper_table.hpp"
#include "optim/state_table.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

/// Everything that optimizers have in common: groups, hyper-parameters by name, lazily existing
/// state, archive. A `Rule` is what one of them adds:
///
///     kName, kSummary, kPytorchClass, kPaper, kFormula   what OptimizerInfo says
///     Options                hyper-parameters; the members' defaults are PyTorch's
///     State                  what is kept per parameter
///     hyper_fields()         span<const HyperField<Options>>: the names of Options' members
///     state_fields()         span<const StateField<State>>: state_dict's keys in its order
///     validate(options)      the constructor's ValueErrors
///     create_state(state, group, constructor)   PyTorch's lazy state initialisation: which tensors
///                            exist; `constructor` are the options given to the constructor
///     prepare(state, group)  for every parameter of a group before the first is updated
///     update(parameter, state, group)           one step; calls bump_version() as often as PyTorch
///     kCreatesStateInConstructor (optional)     state exists before the first gradient
template <class Rule>
class OptimizerOf final : public Optimizer {
 public:
  using Options = typename Rule::Options;
  using State = typename Rule::State;

  static HyperTable<Options> hyper_table() { return {Rule::kName, Rule::hyper_fields()}; }

  static Result<std::unique_ptr<Optimizer>> create(const HyperValues& values) {
    const Result<Options> options = hyper_table().with(Options{}, values);
    if (!options) return options.error();
    if (Status status = Rule::validate(options.value()); !status) return status.error();
    return std::unique_ptr<Optimizer>(new OptimizerOf(options.value()));
  }

  const OptimizerInfo& info() const override { return *find_optimizer(Rule::kName); }

  Status add_param_group(std::vector<Parameter*> params, const HyperValues& overrides) override {
    Result<Options> options = hyper_table().with(options_, overrides);
    if (!options) return options.error();
    for (const Parameter* parameter : params) {
      if (find_slot(*parameter) != nullptr) {
        return invalid_hyper("params", "some parameters appear in more than one parameter group");
      }
    }
    Group group{*options, std::nullopt, std::move(params), {}};
    for (Parameter* parameter : group.parameters) {
      group.slots.push_back(slot_of(*parameter, group.options));
    }
    groups_.push_back(std::move(group));
    return {};
  }

  Status step() override {
    ++step_count_;
    for (Group& group : groups_) {
      if (Status status = prepare(group); !status) return status;
      for (std::size_t i = 0; i < group.parameters.size(); ++i) {
        Parameter& parameter = *group.parameters[i];
        if (parameter.has_grad()) Rule::update(parameter, group.slots[i]->state, group.options);
      }
    }
    return {};
  }

  std::size_t group_count() const override { return groups_.size(); }

  std::span<Parameter* const> group_parameters(std::size_t group) const override {
    return groups_[group].parameters;
  }

  Result<HyperValue> hyper(std::size_t group, std::string_view name) const override {
    if (group >= groups_.size()) return no_such_group(group, groups_.size());
    return hyper_table().get(groups_[group].options, name);
  }

  Status set_hyper(std::size_t group, std::string_view name, const HyperValue& value) override {
    if (group >= groups_.size()) return no_such_group(group, groups_.size());
    return hyper_table().set(groups_[group].options, name, value);
  }

  double lr(std::size_t group) const override { return groups_[group].options.lr; }
  void set_lr(std::size_t group, double lr) override { groups_[group].options.lr = lr; }

  double initial_lr(std::size_t group) override {
    std::optional<double>& initial = groups_[group].initial_lr;
    if (!initial) initial = groups_[group].options.lr;
    return *initial;
  }

  std::vector<StateEntry> state(const Parameter& parameter) const override {
    std::vector<StateEntry> entries;
    const Slot* slot = find_slot(parameter);
    if (slot == nullptr || !slot->exists) return entries;
    for (const StateField<State>& field : Rule::state_fields()) {
      if (const auto* scalar = std::get_if<float State::*>(&field.member)) {
        entries.push_back({field.name, static_cast<double>(slot->state.*(*scalar))});
      } else {
        const StateTensor& tensor =
            slot->state.*(*std::get_if<StateTensor State::*>(&field.member));
        if (tensor.exists()) entries.push_back({field.name, tensor.values()});
      }
    }
    return entries;
  }

  void archive(Archive& archive) override {
    archive.value(step_count_);
    for (Group& group : groups_) {
      archive.value(group.options);
      archive.value(group.initial_lr);
    }
    for (Slot& slot : slots_) {
      archive.value(slot.exists);
      for (const StateField<State>& field : Rule::state_fields()) {
        if (const auto* scalar = std::get_if<float State::*>(&field.member)) {
          archive.value(slot.state.*(*scalar));
        } else {
          (slot.state.*(*std::get_if<StateTensor State::*>(&field.member))).archive(archive);
        }
      }
    }
  }

 private:
  // A parameter's state; one also where a group lists the parameter twice.
  struct Slot {
    const Parameter* parameter;
    State state;
    bool exists = false;
  };

  struct Group {
    Options options;
    std::optional<double> initial_lr;
    std::vector<Parameter*> parameters;
    std::vector<Slot*> slots;  // one per parameter
  };

  explicit OptimizerOf(const Options& options) : options_(options) {}

  const Slot* find_slot(const Parameter& parameter) const {
    const auto found = std::find_if(slots_.begin(), slots_.end(),
                                    [&](const Slot& slot) { return slot.parameter == &parameter; });
    return found == slots_.end() ? nullptr : &*found;
  }

  // The parameter's slot, made if need be.
  Slot* slot_of(const Parameter& parameter, const Options& group_options) {
    for (Slot& slot : slots_) {
      if (slot.parameter == &parameter) return &slot;
    }
    Slot& slot = slots_.emplace_back(Slot{&parameter, State{}});
    for (const StateField<State>& field : Rule::state_fields()) {
      if (const auto* tensor = std::get_if<StateTensor State::*>(&field.member)) {
        (slot.state.*(*tensor)).allocate(parameter.value().size());
      }
    }
    if constexpr (requires { Rule::kCreatesStateInConstructor; }) {
      // Groups that come before the first step are the constructor's.
      if (step_count_ == 0) create_state(slot, group_options);
    }
    return &slot;
  }

  void create_state(Slot& slot, const Options& group_options) {
    Rule::create_state(slot.state, group_options, options_);
    slot.exists = true;
  }

  Status prepare(Group& group) {
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
      if (!group.parameters[i]->has_grad()) continue;
      Slot& slot = *group.slots[i];
      if (!slot.exists) create_state(slot, group.options);
      if (Status status = Rule::prepare(slot.state, group.options); !status) return status;
    }
    return {};
  }

  static Error no_such_group(std::size_t group, std::size_t count) {
    return {ErrorCode::kInvalidArgument, "",
            "there is no parameter group " + std::to_string(group) + "; there are " +
                std::to_string(count)};
  }

  Options options_;
  std::vector<Group> groups_;
  std::deque<Slot> slots_;  // a deque: groups point into it
};

/// A rule's registry entry.
template <class Rule>
OptimizerInfo describe_optimizer() {
  OptimizerInfo info;
  info.name = Rule::kName;
  info.summary = Rule::kSummary;
  info.pytorch_class = Rule::kPytorchClass;
  info.paper = Rule::kPaper;
  info.formula = Rule::kFormula;
  info.hyper_parameters = OptimizerOf<Rule>::hyper_table().infos();
  for (const auto& field : Rule::state_fields()) info.state.push_back({field.name, field.doc});
  info.create = &OptimizerOf<Rule>::create;
  return info;
}

}  // namespace steplab
