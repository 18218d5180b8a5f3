// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "optim/hyper_table.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

/// An optimizer around another one, which it steps. Groups, hyper-parameters and state are the
/// inner one's; a wrapper adds what it does before and after, and perhaps state of its own.
class WrappedOptimizer : public Optimizer {
 public:
  explicit WrappedOptimizer(std::unique_ptr<Optimizer> inner) : inner_(std::move(inner)) {}

  const OptimizerInfo& info() const override { return inner_->info(); }
  bool needs_closure() const override { return inner_->needs_closure(); }
  Status add_param_group(std::vector<Parameter*> params, const HyperValues& overrides) override;
  std::size_t group_count() const override { return inner_->group_count(); }
  std::span<Parameter* const> group_parameters(std::size_t group) const override {
    return inner_->group_parameters(group);
  }
  Result<HyperValue> hyper(std::size_t group, std::string_view name) const override {
    return inner_->hyper(group, name);
  }
  Status set_hyper(std::size_t group, std::string_view name, const HyperValue& value) override {
    return inner_->set_hyper(group, name, value);
  }
  Status check_hyper(std::size_t group, std::string_view name,
                     const HyperValue& value) const override {
    return inner_->check_hyper(group, name, value);
  }
  double lr(std::size_t group) const override { return inner_->lr(group); }
  void set_lr(std::size_t group, double lr) override { inner_->set_lr(group, lr); }
  double initial_lr(std::size_t group) override { return inner_->initial_lr(group); }
  std::optional<double> group_entry(std::size_t group, std::string_view name) const override {
    return inner_->group_entry(group, name);
  }
  void set_group_entry(std::size_t group, std::string_view name, double value) override {
    inner_->set_group_entry(group, name, value);
  }
  std::vector<StateEntry> state(const Parameter& parameter) const override;
  StateDict state_dict() const override;
  Status load_state_dict(const StateDict& dict) override;
  void set_inspector(Inspector* inspector) override;
  void archive(Archive& archive) override;

 protected:
  /// A copy of a parameter that the wrapper keeps.
  struct Copy {
    Parameter* parameter;
    std::vector<float> values;
  };

  Optimizer& inner() { return *inner_; }
  Inspector* inspector() { return inspector_; }
  /// One per parameter, in the order of the groups; equal to the parameter when its group is added.
  std::vector<Copy>& copies() { return copies_; }
  /// The state_dict key of the copies; empty when they are scratch and no state.
  virtual std::string_view copies_name() const = 0;

 private:
  std::unique_ptr<Optimizer> inner_;
  Inspector* inspector_ = nullptr;
  std::vector<Copy> copies_;
};

/// A wrapper's registry entry. A `Class` has what WrapperInfo says (kName, …, kNeedsClosure), its
/// Options and their hyper_fields(), the state_infos() and symbols() that it adds to those of the
/// optimizer inside, and in validate(options) what its constructor raises.
template <class Class>
WrapperInfo describe_wrapper() {
  using Options = typename Class::Options;
  const Options defaults;
  WrapperInfo info;
  info.name = Class::kName;
  info.summary = Class::kSummary;
  info.checked_against = Class::kCheckedAgainst;
  info.agreement = Class::kAgreement;
  info.paper = Class::kPaper;
  info.formula = Class::kFormula;
  info.python = Class::kPython;
  info.needs_closure = Class::kNeedsClosure;
  info.hyper_parameters = HyperTable(Class::kName, Class::hyper_fields()).infos(&defaults);
  info.state = Class::state_infos();
  info.symbols = Class::symbols();
  info.create = [](std::unique_ptr<Optimizer> inner,
                   const HyperValues& values) -> Result<std::unique_ptr<Optimizer>> {
    const HyperTable table(Class::kName, Class::hyper_fields());
    Options options;
    if (Status status = table.set_all(&options, values); !status) return status.error();
    if (Status status = Class::validate(options); !status) return status.error();
    return std::unique_ptr<Optimizer>(new Class(std::move(inner), options));
  };
  return info;
}

}  // namespace steplab
