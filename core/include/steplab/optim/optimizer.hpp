// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/optim/closure.hpp"
#include "steplab/optim/inspection.hpp"
#include "steplab/optim/state_dict.hpp"

namespace steplab {

struct OptimizerInfo;

/// One entry of a parameter's optimizer state, under PyTorch's state_dict key: a tensor (a list of
/// tensors as [length of the list, …]) or a scalar (`step`). Valid until the optimizer changes.
struct StateEntry {
  std::string_view name;
  std::variant<double, std::span<const float>> value;
  Shape shape;  ///< of a tensor
};

/// PyTorch's Optimizer contract: it owns no parameter, knows no loss and computes no gradient. It
/// reads `.grad` from the parameters it was given and changes their values.
///
/// A parameter whose `.grad` is None is skipped completely (no state, no decay, no counter); a
/// gradient of zeros is a full step. State exists from the first step in which a parameter has a
/// gradient. Its memory is allocated when the parameter is added, so that step() allocates nothing.
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// The registry entry: names, defaults, formula.
  virtual const OptimizerInfo& info() const = 0;

  /// Whether step() calls a closure that it is given; wrappers may, whatever they are put around.
  virtual bool needs_closure() const;

  /// Adds a group that uses the optimizer's options but for `overrides`. Errors are PyTorch's:
  /// `optimizer got an empty parameter list` never arises here, `some parameters appear in more
  /// than one parameter group` does. Group-level values are not validated, as in PyTorch; unknown
  /// names are.
  virtual Status add_param_group(std::vector<Parameter*> params, const HyperValues& overrides) = 0;

  /// One update of every parameter that has a gradient, group by group. A closure is evaluated
  /// first; optimizers whose info().needs_closure say what else they do with it, and raise
  /// PyTorch's TypeError without one.
  virtual Status step(Closure* closure = nullptr) = 0;

  /// Drops every gradient (PyTorch's default since 2.0), or fills the existing ones with zeros.
  void zero_grad(bool set_to_none = true);

  virtual std::size_t group_count() const = 0;
  virtual std::span<Parameter* const> group_parameters(std::size_t group) const = 0;

  /// A group's hyper-parameter by name; an error names the known ones.
  virtual Result<HyperValue> hyper(std::size_t group, std::string_view name) const = 0;
  /// Changes a hyper-parameter between steps, state kept. Not validated beyond its type, as in
  /// PyTorch.
  virtual Status set_hyper(std::size_t group, std::string_view name, const HyperValue& value) = 0;

  /// Whether set_hyper would take it; changes nothing.
  virtual Status check_hyper(std::size_t group, std::string_view name,
                             const HyperValue& value) const = 0;

  /// The group's learning rate, for schedulers and traces; NaN for an optimizer that has none.
  virtual double lr(std::size_t group) const = 0;
  virtual void set_lr(std::size_t group, double lr) = 0;
  /// The group's `initial_lr`: its learning rate when the first scheduler asked for it.
  virtual double initial_lr(std::size_t group) = 0;
  /// A number that a scheduler keeps in the group beside the hyper-parameters, as PyTorch's do
  /// ("max_lr", "swa_lr", and "initial_lr" itself); nullopt where there is none.
  virtual std::optional<double> group_entry(std::size_t group, std::string_view name) const = 0;
  /// Writes one; only schedulers do, and only while they are constructed.
  virtual void set_group_entry(std::size_t group, std::string_view name, double value) = 0;

  /// The state of one parameter in state_dict order; empty before its first step or when not owned.
  virtual std::vector<StateEntry> state(const Parameter& parameter) const = 0;

  /// A copy of everything that PyTorch's state_dict() holds.
  virtual StateDict state_dict() const = 0;
  /// PyTorch's load_state_dict: parameters are matched by position, hyper-parameters are replaced.
  /// Errors are its ValueErrors (`loaded state dict has a different number of parameter groups`).
  /// As in PyTorch, what else does not fit is raised by the next step().
  virtual Status load_state_dict(const StateDict& dict) = 0;

  /// Has an inspector told of every step from now on; nullptr ends that. It must outlive its use.
  virtual void set_inspector(Inspector* inspector) = 0;

  /// How many times step() was called: what a scheduler asks before it warns.
  std::size_t step_count() const { return step_count_; }

  /// Groups' options, state and counters; not the parameters themselves.
  virtual void archive(Archive& archive) = 0;

 protected:
  std::size_t step_count_ = 0;
};

}  // namespace steplab
