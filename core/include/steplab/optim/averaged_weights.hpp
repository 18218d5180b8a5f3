// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/hyper_value.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/base/tensor.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

/// torch.optim.swa_utils.AveragedModel on the CPU: a running mean of the weights (SWA) or an
/// exponential one (EMA), beside the weights and without effect on them. The first update copies;
/// until then it is the weights as they were at the start.
class AveragedWeights {
 public:
  /// By name, over parameters that outlive it. Errors are PyTorch's; their paths are relative to
  /// the document's object.
  static Result<std::unique_ptr<AveragedWeights>> create(std::string_view name,
                                                         const HyperValues& options,
                                                         std::span<Parameter* const> parameters);

  /// Tells it that the optimizer has made one more step: updates when that step is due.
  void after_step();

  /// Goes on with other parameters of the same shapes in place of the first ones, as
  /// AveragedModel.update_parameters does with a model whose layers were exchanged; further ones
  /// are not averaged.
  void follow(std::span<Parameter* const> parameters);

  /// How many updates there were: PyTorch's `n_averaged`.
  std::size_t updates() const { return updates_; }
  /// The average of each parameter, in the order they were given.
  std::span<const Tensor> values() const { return values_; }

  void archive(Archive& archive);

 private:
  /// Which steps are averaged (see the registry's doc), and EMA's decay.
  struct Settings {
    bool is_exponential = false;
    double decay = 0.0;
    double start = 0.0;
    double every = 1.0;
  };

  AveragedWeights(const Settings& settings, std::span<Parameter* const> parameters);

  void update();
  void blend_exponentially(std::span<float> average, std::span<const float> value) const;
  void blend_evenly(std::span<float> average, std::span<const float> value) const;

  Settings settings_;
  std::vector<const Parameter*> parameters_;
  std::vector<Tensor> values_;
  std::size_t steps_ = 0;
  std::size_t updates_ = 0;
};

/// One way to average weights.
struct AverageInfo {
  std::string_view name;  ///< "EMA", "SWA": the key in documents
  std::string_view summary;
  std::string_view pytorch_class;
  std::string_view formula;
  std::vector<HyperParameterInfo> hyper_parameters;
};

std::span<const AverageInfo> average_registry();
const AverageInfo* find_average(std::string_view name);

}  // namespace steplab
