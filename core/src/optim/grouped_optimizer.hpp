// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "optim/hyper_table.hpp"
#include "optim/state_table.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

class GroupedOptimizer;

/// Of all parameters together; what is listed twice counts twice.
std::size_t element_count(std::span<Parameter* const> parameters);

/// What an update may ask for besides its parameter.
struct StepContext {
  Closure* closure = nullptr;
  Inspector* inspector = nullptr;

  /// The inspector, if it watches that parameter and the element exists.
  Inspector* watcher(const Parameter& parameter) const {
    const bool watches = inspector != nullptr && inspector->watches(parameter) &&
                         inspector->element() < parameter.value().size();
    return watches ? inspector : nullptr;
  }
};

/// A rule with its types erased, so that groups, tables and state exist once and not once an
/// optimizer. rule.hpp makes it from a rule's struct.
struct ErasedRule {
  std::string_view name;
  std::span<const HyperField> hyper_fields;
  std::span<const StateField> state_fields;
  bool needs_closure;
  SparseGradients sparse_gradients;
  /// What step() raises about the layout that it does not take.
  std::string_view layout_refusal;
  bool creates_state_in_constructor;
  std::size_t options_size;
  void (*default_options)(void* options);
  /// What a constructor raises about a second group (LBFGS); may be empty.
  std::string_view one_group;
  /// What a constructor raises about a parameter (Muon: not 2-D); may be null.
  Status (*check_parameter)(const Parameter& parameter);
  void* (*make_state)();
  void (*delete_state)(void* state);
  /// Gives the state's tensors their sizes.
  void (*allocate_state)(void* state, const Parameter& parameter, const void* group_options);
  /// The same for what the first parameter's state keeps for its whole group; may be null.
  void (*allocate_group)(void* state, std::span<Parameter* const> parameters,
                         const void* group_options);
  /// How many elements the parameters of a group may have together.
  std::size_t most_elements;
  void (*create_state)(void* state, const Parameter& parameter, const void* group_options,
                       const void* constructor_options);
  /// For every parameter of a group before the first is updated; may be null.
  Status (*prepare)(void* state, const void* group_options);
  /// One parameter's update; null where there is `step`, or sparse gradients are required.
  Status (*update)(const StepContext& context, Parameter& parameter, void* state, void* options);
  /// The same where its gradient is row-sparse; null where that is refused.
  Status (*update_sparse)(const StepContext& context, Parameter& parameter, void* state,
                          void* options);
  /// The whole step; null where there is `update`.
  Status (*step)(GroupedOptimizer& optimizer, const StepContext& context);
};

/// Everything that optimizers have in common: groups, hyper-parameters by name, lazily existing
/// state, state_dict, archive.
class GroupedOptimizer final : public Optimizer {
 public:
  /// A parameter's state; one also where a group lists the parameter twice.
  struct Slot {
    const Parameter* parameter = nullptr;
    std::unique_ptr<void, void (*)(void*)> state;
    bool exists = false;
    /// What load_state_dict brought that does not fit; the next step() raises it.
    std::optional<Error> unfit;
  };

  struct Group {
    std::unique_ptr<std::byte[]> options;
    std::optional<double> initial_lr;
    std::vector<Parameter*> parameters;
    std::vector<Slot*> slots;  ///< one per parameter
    HyperValues foreign;       ///< keys that are none of ours (`foreach`, `max_lr`), passed through
    std::string missing;       ///< a hyper-parameter that a loaded group lacks: step()'s KeyError
  };

  GroupedOptimizer(const ErasedRule& rule, std::unique_ptr<std::byte[]> options)
      : rule_(rule), options_(std::move(options)) {}

  /// A block for a rule's options, filled with its defaults.
  static std::unique_ptr<std::byte[]> default_options(const ErasedRule& rule);

  const OptimizerInfo& info() const override { return *find_optimizer(rule_.name); }
  Status add_param_group(std::vector<Parameter*> params, const HyperValues& overrides) override;
  Status step(Closure* closure) override;
  std::size_t group_count() const override { return groups_.size(); }
  std::span<Parameter* const> group_parameters(std::size_t group) const override {
    return groups_[group].parameters;
  }
  Result<HyperValue> hyper(std::size_t group, std::string_view name) const override;
  Status set_hyper(std::size_t group, std::string_view name, const HyperValue& value) override;
  Status check_hyper(std::size_t group, std::string_view name,
                     const HyperValue& value) const override;
  double lr(std::size_t group) const override;
  void set_lr(std::size_t group, double lr) override;
  double initial_lr(std::size_t group) override;
  std::optional<double> group_entry(std::size_t group, std::string_view name) const override;
  void set_group_entry(std::size_t group, std::string_view name, double value) override;
  std::vector<StateEntry> state(const Parameter& parameter) const override;
  StateDict state_dict() const override;
  Status load_state_dict(const StateDict& dict) override;
  void set_inspector(Inspector* inspector) override { inspector_ = inspector; }
  void archive(Archive& archive) override;

  /// For rules that are a whole step: the groups, and prepare() to be called for each of them.
  std::vector<Group>& groups() { return groups_; }
  /// Creates state that does not exist yet, for the parameters of the group that have a gradient,
  /// and lets the rule look at all of it before any is changed.
  Status prepare(Group& group);
  /// Creates one parameter's state unless it exists, with or without a gradient. Errors are those
  /// of a state_dict that does not fit.
  Status ensure_state(Group& group, std::size_t index);

 private:
  /// PyTorch's RuntimeError for a gradient of the wrong layout.
  Status check_layout(const Parameter& parameter) const;
  HyperTable hyper_table() const { return {rule_.name, rule_.hyper_fields}; }
  std::unique_ptr<std::byte[]> copied(const std::byte* options) const;
  const Slot* find_slot(const Parameter& parameter) const;
  void allocate_group(Group& group);
  Slot* slot_of(Parameter& parameter, const std::byte* group_options);
  void create_state(Slot& slot, const std::byte* group_options);
  const HyperField* lr_field() const { return hyper_table().find("lr"); }
  Error no_such_group(std::size_t group) const;
  void load_group(Group& group, const StateDict::Group& loaded);
  void load_slot(Slot& slot, const StateDict::ParameterState& loaded);

  const ErasedRule& rule_;
  std::unique_ptr<std::byte[]> options_;  // the constructor's
  std::vector<Group> groups_;
  std::deque<Slot> slots_;  // a deque: groups point into it
  Inspector* inspector_ = nullptr;
};

}  // namespace steplab
