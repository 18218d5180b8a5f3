// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/scheduler.hpp"

namespace steplab {

/// How a control should move through a hyper-parameter's range.
enum class HyperScale { kLinear, kLogarithmic };

/// What the page, the CLI, the documentation and the PyTorch export need to know of a
/// hyper-parameter.
struct HyperParameterInfo {
  std::string_view name;     ///< PyTorch's keyword ("weight_decay")
  HyperValue default_value;  ///< PyTorch's default
  double min =
      0.0;  ///< a sensible control's range (each element of a tuple); not a validation rule
  double max = 1.0;
  HyperScale scale = HyperScale::kLinear;
  std::string_view doc;  ///< one line for a learner
};

/// A state_dict key and what it holds.
struct StateInfo {
  std::string_view name;
  std::string_view doc;
};

/// One optimizer: everything that is generated elsewhere comes from here.
struct OptimizerInfo {
  std::string_view name;           ///< PyTorch's class name ("Adam"), the key in documents
  std::string_view summary;        ///< one sentence for a learner
  std::string_view pytorch_class;  ///< "torch.optim.Adam"
  std::string_view paper;          ///< authors, title, year; address
  std::string_view formula;        ///< LaTeX, one aligned environment
  std::vector<HyperParameterInfo> hyper_parameters;
  std::vector<StateInfo> state;
  /// Beyond torch.optim: a self-contained Python class of this name, derived from
  /// torch.optim.Optimizer, that the PyTorch export writes; it may use torch and math.
  std::string_view python = {};
  bool needs_closure = false;  ///< whether step() takes a closure
  /// Constructs it: validates `options` (PyTorch's rules and texts), makes one group per entry of
  /// `groups` with its overrides. Paths in errors are relative to the document's optimizer object.
  Result<std::unique_ptr<Optimizer>> (*create)(const HyperValues& options) = nullptr;
};

/// Every optimizer, in the order a beginner should meet them.
std::span<const OptimizerInfo> optimizer_registry();
/// The entry of that name, or nullptr.
const OptimizerInfo* find_optimizer(std::string_view name);

/// One learning-rate scheduler of torch.optim.lr_scheduler.
struct SchedulerInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view pytorch_class;
  std::string_view formula;
  std::vector<HyperParameterInfo> hyper_parameters;  ///< required ones have the default None
  /// Constructs it over an optimizer whose groups exist; writes `lr` at once, as PyTorch does.
  Result<std::unique_ptr<Scheduler>> (*create)(Optimizer& optimizer,
                                               const HyperValues& options) = nullptr;
};

std::span<const SchedulerInfo> scheduler_registry();
const SchedulerInfo* find_scheduler(std::string_view name);

}  // namespace steplab
