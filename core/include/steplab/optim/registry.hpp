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
/// hyper-parameter. Texts for people (symbol, doc) are empty in WebAssembly.
struct HyperParameterInfo {
  std::string_view name;     ///< PyTorch's keyword ("weight_decay")
  std::string_view symbol;   ///< LaTeX, as it stands in the formula ("\\lambda"); may be empty
  HyperValue default_value;  ///< PyTorch's default
  double min =
      0.0;  ///< a sensible control's range (each element of a tuple); not a validation rule
  double max = 1.0;
  HyperScale scale = HyperScale::kLinear;
  std::vector<std::string_view> choices;  ///< the names that it may be, beside None
  bool internal = false;                  ///< a counter in the group, which no one sets
  bool required = false;                  ///< has no default (default_value is None)
  std::string_view doc;                   ///< one line for a learner
};

/// What an optimizer makes of row-sparse gradients.
enum class SparseGradients {
  kRefused,   ///< step() raises
  kAccepted,  ///< it takes both layouts
  kRequired,  ///< step() raises where a gradient is dense
};

/// "refused", "accepted", "required".
std::string_view sparse_gradients_name(SparseGradients kind);

/// A state_dict key and what it holds.
struct StateInfo {
  std::string_view name;
  std::string_view symbol;  ///< LaTeX, as it stands in the formula; may be empty
  std::string_view doc;
};

/// A symbol of the formula that is neither hyper-parameter nor state, or a term of the update: what
/// the inspector's values are values of.
struct SymbolInfo {
  std::string_view latex;
  std::string_view doc;
};

/// One optimizer: everything that is generated elsewhere comes from here. Texts for people are
/// empty in WebAssembly, whose pages have the registry as JSON.
struct OptimizerInfo {
  std::string_view name;             ///< PyTorch's class name ("Adam"), the key in documents
  std::string_view family;           ///< the heading that it stands under in lists
  std::string_view summary;          ///< one sentence for a learner
  std::string_view pytorch_class;    ///< "torch.optim.Adam"; empty beyond torch.optim
  std::string_view checked_against;  ///< whose recorded numbers the tests compare with
  std::string_view agreement;        ///< how closely: "bit for bit", "within 1e-6"
  bool needs_closure = false;        ///< step() calls a closure
  bool samples_labels = false;       ///< step() asks a closure, if it has one, to sample_gradient()
  bool matrices_only = false;        ///< it refuses parameters of other than two dimensions
  SparseGradients sparse_gradients = SparseGradients::kRefused;
  bool is_further = false;   ///< only in the full engine
  std::string_view paper;    ///< authors, title, year; address
  std::string_view formula;  ///< LaTeX, one aligned environment
  std::string_view python;   ///< a class for exported scripts; empty for torch.optim's
  std::vector<HyperParameterInfo> hyper_parameters;
  std::vector<StateInfo> state;
  std::vector<SymbolInfo> symbols;
  /// Constructs it without groups: validates `options` (PyTorch's rules and texts). Paths in errors
  /// are relative to the document's optimizer object.
  Result<std::unique_ptr<Optimizer>> (*create)(const HyperValues& options) = nullptr;
};

/// Every optimizer, in the order a beginner should meet them.
std::span<const OptimizerInfo> optimizer_registry();
/// The entry of that name, or nullptr.
const OptimizerInfo* find_optimizer(std::string_view name);

/// What is put around an optimizer and steps it.
struct WrapperInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view checked_against;
  std::string_view agreement;
  std::string_view paper;
  std::string_view formula;
  std::string_view python;     ///< a class for exported scripts, made around an optimizer
  bool needs_closure = false;  ///< step() calls a closure
  std::vector<HyperParameterInfo> hyper_parameters;
  std::vector<StateInfo> state;
  /// The inspector's symbols of these count on from those of the optimizer inside.
  std::vector<SymbolInfo> symbols;
  /// Constructs it around an optimizer that has no groups yet.
  Result<std::unique_ptr<Optimizer>> (*create)(std::unique_ptr<Optimizer> inner,
                                               const HyperValues& options) = nullptr;
};

/// Every wrapper; only the full engine has any.
std::span<const WrapperInfo> wrapper_registry();
/// The entry of that name, or nullptr.
const WrapperInfo* find_wrapper(std::string_view name);

/// How a scheduler comes to a learning rate.
enum class SchedulerKind {
  kChainable,  ///< from the present one, so that several can be stacked and changes by hand persist
  kClosedForm,  ///< from the initial one and the epoch, so that the present one is overwritten
  kMetric,      ///< from the loss of the last forward
  kComposite,   ///< by other schedulers
};

/// "chainable", "closed_form", "metric", "composite".
std::string_view scheduler_kind_name(SchedulerKind kind);

/// One learning-rate scheduler. Texts for people are empty in WebAssembly.
struct SchedulerInfo {
  std::string_view name;
  std::string_view summary;
  std::string_view pytorch_class;  ///< empty beyond torch.optim
  std::string_view formula;
  SchedulerKind kind = SchedulerKind::kChainable;
  bool is_further = false;  ///< only in the full engine
  std::vector<HyperParameterInfo> hyper_parameters;
  /// Constructs it over an optimizer whose groups exist; writes `lr` at once, as PyTorch does.
  /// `children` are the schedulers that a composite is made of, none for the others; paths in
  /// errors are relative to the document's scheduler object.
  Result<std::unique_ptr<Scheduler>> (*create)(Optimizer& optimizer, const HyperValues& options,
                                               std::vector<std::unique_ptr<Scheduler>> children) =
      nullptr;
};

std::span<const SchedulerInfo> scheduler_registry();
const SchedulerInfo* find_scheduler(std::string_view name);

}  // namespace steplab
