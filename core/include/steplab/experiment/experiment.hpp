// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/base/sparse_rows.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// A loss over two scalar parameters `x` and `y`, given by name or by formula (exactly one is set).
struct SurfaceSpec {
  std::string name;                            ///< key of a named surface ("rosenbrock"), or empty
  std::string formula;                         ///< in the grammar of problem/formula.hpp, or empty
  std::optional<std::array<double, 2>> start;  ///< default: the named surface's start, or (0, 0)
  std::optional<std::array<double, 4>> view;   ///< x min, x max, y min, y max of the picture
};

/// Which data a task learns from.
struct DataSpec {
  std::string name;             ///< "moons", "circles", "spirals", "blobs" or "digits"
  std::size_t samples = 500;    ///< toy sets only
  double noise = 0.1;           ///< toy sets only: standard deviation of the added noise
  std::uint64_t seed = 0;       ///< toy sets only: draws the points
  double test_fraction = 0.2;   ///< share of samples held out, in (0, 0.9]
  bool shuffle_labels = false;  ///< every label is another sample's: there is nothing to learn
  double scale = 1.0;           ///< toy sets only: multiplies the second feature
};

/// A multilayer perceptron: Linear layers with the same activation between them.
struct ModelSpec {
  std::vector<std::size_t> hidden;  ///< widths of the hidden layers; may be empty
  std::string activation = "relu";  ///< "relu", "tanh", "sigmoid" or "identity"
  std::string init = "pytorch";     ///< "pytorch", or "zeros" or "ones" for every parameter
};

/// A model trained on data.
struct TaskSpec {
  DataSpec data;
  ModelSpec model;
  std::string loss = "cross_entropy";  ///< "cross_entropy", "mse" or "cross_entropy_of_softmax"
  std::size_t batch_size = 32;
};

/// Parameters and the gradients that backward will add, step by step: an optimizer on its own.
struct RecordedSpec {
  struct Parameter {
    std::string name;
    Shape shape;
    std::vector<float> value;
  };
  std::vector<Parameter> parameters;
  /// Of every element, row-major, or row-sparse: a torch.sparse_coo_tensor.
  using Gradient = std::variant<std::vector<float>, RecordedRows>;
  /// gradients[step][parameter]; nullopt leaves `.grad` as it is. Steps past the end repeat from
  /// the first.
  std::vector<std::vector<std::optional<Gradient>>> gradients;
};

using ProblemSpec = std::variant<SurfaceSpec, TaskSpec, RecordedSpec>;

/// An optimizer, a wrapper or a scheduler by PyTorch's class name, with what differs from its
/// defaults.
struct NamedSpec {
  std::string name;
  HyperValues options;
};

/// A scheduler by PyTorch's class name; a composite has members.
struct SchedulerSpec {
  std::string name;
  HyperValues options;
  std::vector<SchedulerSpec> schedulers;
};

/// One of PyTorch's param_groups: parameters by name and what differs from the optimizer's options.
struct ParamGroupSpec {
  std::vector<std::string> params;
  HyperValues options;

  bool operator==(const ParamGroupSpec&) const = default;
};

/// What one line of the training loop does.
enum class InstructionKind {
  kZeroGrad,
  kForward,
  kBackward,
  kStep,
  kSchedulerStep,
  kClipGradNorm,
  kClipGradValue,
  kScaleLoss,
  kDetach,
  kFreeze,
  kUnfreeze,
  kAddLayer,
  kReplaceLayer,
  kAddParamGroup,
  kRecreateOptimizer,
  kSaveState,
  kLoadState,
};

/// The instruction's name in documents ("zero_grad") and back.
std::string_view instruction_name(InstructionKind kind);
std::optional<InstructionKind> instruction_from_name(std::string_view name);

/// One line of the training loop.
struct Instruction {
  InstructionKind kind = InstructionKind::kStep;
  bool enabled = true;    ///< false: the line is kept but does nothing (struck out in the page)
  std::size_t every = 1;  ///< runs in iterations every, 2·every, … (counted from 1)
  std::optional<std::size_t> at = std::nullopt;  ///< runs in that iteration alone (counted from 0)
  double limit = 1.0;       ///< clip_grad_norm's max_norm, clip_grad_value's clip_value
  bool set_to_none = true;  ///< zero_grad: drop the gradient (default) or fill it with zeros
  double norm_type = 2.0;   ///< clip_grad_norm: the order of the norm, perhaps infinite
  bool error_if_nonfinite = false;  ///< clip_grad_norm: raise where the norm is not finite
  bool retain_graph = false;        ///< backward: keep what a second backward needs
  bool no_grad = false;             ///< forward: under torch.no_grad()
  std::size_t divisor = 1;          ///< scale_loss: loss = loss / divisor
  std::string layer = {};           ///< replace_layer: the layer's name in the Sequential ("2")
  ParamGroupSpec group =
      {};  ///< add_param_group's group; freeze and unfreeze have its `params` alone

  /// Whether it is struck out or runs in this iteration (counted from 0).
  bool is_due(std::size_t iteration) const {
    return enabled && (at ? *at == iteration : (iteration + 1) % every == 0);
  }
  /// Whether it gives the model other values.
  bool moves_parameters() const {
    return kind == InstructionKind::kStep || kind == InstructionKind::kLoadState ||
           kind == InstructionKind::kAddLayer || kind == InstructionKind::kReplaceLayer;
  }
};

/// zero_grad, forward, backward, step.
std::vector<Instruction> canonical_loop();

/// One contestant: what it optimizes with, and its loop when that differs from the experiment's.
struct RunSpec {
  std::string label;
  NamedSpec optimizer;
  std::vector<ParamGroupSpec> param_groups;  ///< empty: one group of all parameters
  std::optional<NamedSpec> wrapper;          ///< what is put around the optimizer
  std::vector<SchedulerSpec> schedulers;     ///< in the order in which they are built and stepped
  std::optional<NamedSpec> average;          ///< an average of the weights, kept beside them
  std::optional<std::vector<Instruction>> loop;
};

/// Something that happens before iteration `at` (counted from 0) begins.
struct Edit {
  std::size_t at = 0;
  std::optional<std::size_t> run;  ///< index of the run it concerns; nullopt: all of them
  struct Freeze {
    std::string parameter;
  };
  struct Unfreeze {
    std::string parameter;
  };
  struct Set {
    HyperValues options;
    std::optional<std::size_t> group;  ///< nullopt: every group
  };
  struct Loop {
    std::vector<Instruction> lines;  ///< the loop from then on
  };
  std::variant<Freeze, Unfreeze, Set, Loop> action;
};

/// The one document that is saved, shared, embedded, exported and tested, validated.
struct Experiment {
  std::uint64_t seed = 0;   ///< draws initial weights and the order of mini-batches
  std::size_t steps = 500;  ///< iterations of the loop
  ProblemSpec problem;
  std::vector<RunSpec> runs;
  std::vector<Instruction> loop = canonical_loop();
  std::vector<Edit> edits;  ///< ordered by `at`
};

/// Reads and validates a document. Unknown keys, wrong types, numbers out of range and absurd sizes
/// are refused with the JSON Pointer of the offending value. Optimizer and scheduler options are
/// checked later, by the registries that know them.
Result<Experiment> parse_experiment(std::string_view json);

/// Reads and validates one edit as documents write it but without `at`: what is asked of a session
/// that runs. Whether its run, group and parameter exist is for the session to say.
Result<Edit> parse_edit(std::string_view json);

/// The document again, with defaults left out; parsing it gives the same Experiment.
std::string to_json(const Experiment& experiment);

/// A loop as documents write it.
std::string to_json(const std::vector<Instruction>& loop);

/// The JSON Schema (draft 4) that documents must obey: the single source of names, types and
/// ranges.
std::string_view experiment_schema();

}  // namespace steplab
