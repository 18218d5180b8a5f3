// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steplab/base/parameter.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {

inline void set_grad(Parameter& parameter, std::span<const float> grad) {
  std::copy(grad.begin(), grad.end(), parameter.materialize_grad().span().begin());
}
inline void set_grad(Parameter& parameter, std::initializer_list<float> grad) {
  set_grad(parameter, std::span<const float>(grad.begin(), grad.size()));
}

/// Lets a parameter's gradient be row-sparse, as a problem does when it is built.
inline Parameter& allow_sparse(Parameter& parameter, std::size_t slices = 64) {
  parameter.allow_sparse_grad(slices);
  return parameter;
}

/// The same elements in the layout that the optimizer takes: dense, or as a slice of every row.
inline void set_fitting_grad(const OptimizerInfo& info, Parameter& parameter,
                             std::span<const float> grad) {
  if (info.sparse_gradients != SparseGradients::kRequired) return set_grad(parameter, grad);
  std::vector<std::uint32_t> rows(parameter.shape()[0]);
  std::iota(rows.begin(), rows.end(), 0U);
  if (parameter.sparse_capacity() == 0) parameter.allow_sparse_grad(rows.size());
  parameter.set_sparse_grad({rows, grad});
}

inline std::vector<float> values_of(const Parameter& parameter) {
  const std::span<const float> values = parameter.value().span();
  return {values.begin(), values.end()};
}

/// One-dimensional parameters "p0", "p1", … that stay where they are.
class Parameters {
 public:
  Parameter& add(std::vector<float> values) {
    const std::string name = "p" + std::to_string(all_.size());
    return all_.emplace_back(name, Tensor({values.size()}, values));
  }
  Parameter& operator[](std::size_t index) { return all_[index]; }
  std::vector<Parameter*> pointers() {
    std::vector<Parameter*> pointers;
    for (Parameter& parameter : all_) pointers.push_back(&parameter);
    return pointers;
  }

 private:
  std::deque<Parameter> all_;
};

/// An optimizer by name; a failed test and null when it cannot be made.
inline std::unique_ptr<Optimizer> make_optimizer(std::string_view name,
                                                 const HyperValues& options = {}) {
  const OptimizerInfo* info = find_optimizer(name);
  EXPECT_NE(info, nullptr) << name;
  Result<std::unique_ptr<Optimizer>> made = info->create(options);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return std::move(made).value();
}

/// The same over one group of the given parameters.
inline std::unique_ptr<Optimizer> make_optimizer(std::string_view name, const HyperValues& options,
                                                 std::vector<Parameter*> parameters) {
  std::unique_ptr<Optimizer> optimizer = make_optimizer(name, options);
  EXPECT_TRUE(optimizer->add_param_group(std::move(parameters), {}).ok());
  return optimizer;
}

inline std::unique_ptr<Scheduler> make_scheduler(std::string_view name, Optimizer& optimizer,
                                                 const HyperValues& options) {
  const SchedulerInfo* info = find_scheduler(name);
  EXPECT_NE(info, nullptr) << name;
  Result<std::unique_ptr<Scheduler>> made = info->create(optimizer, options, {});
  EXPECT_TRUE(made.ok()) << made.error().message;
  return std::move(made).value();
}

inline std::vector<std::string> state_names(const Optimizer& optimizer,
                                            const Parameter& parameter) {
  std::vector<std::string> names;
  for (const StateEntry& entry : optimizer.state(parameter)) names.emplace_back(entry.name);
  return names;
}

/// A state entry's elements, a scalar as one; empty when there is no such entry.
inline std::vector<float> state_of(const Optimizer& optimizer, const Parameter& parameter,
                                   std::string_view name) {
  for (const StateEntry& entry : optimizer.state(parameter)) {
    if (entry.name != name) continue;
    if (const double* scalar = std::get_if<double>(&entry.value)) {
      return {static_cast<float>(*scalar)};
    }
    const auto tensor = std::get<std::span<const float>>(entry.value);
    return {tensor.begin(), tensor.end()};
  }
  return {};
}

inline const auto kEveryOptimizer = ::testing::Range<std::size_t>(0, optimizer_registry().size());

/// Where the recorded trace of an optimizer's every bit is, if there is one.
inline std::string golden_trace(std::string_view name) {
  return std::string(STEPLAB_GOLDEN_DIR) + "/optim/optimizers/" + std::string(name) + ".json";
}

/// The same over row-sparse gradients.
inline std::string sparse_golden_trace(std::string_view name) {
  return std::string(STEPLAB_GOLDEN_DIR) + "/optim/sparse/" + std::string(name) + ".json";
}

/// The registry's places of the optimizers that have one.
inline std::vector<std::size_t> recorded_optimizers(
    std::string (*trace)(std::string_view) = &golden_trace) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < optimizer_registry().size(); ++i) {
    if (std::ifstream(trace(optimizer_registry()[i].name)).good()) places.push_back(i);
  }
  return places;
}
inline const auto kRecordedOptimizers = ::testing::ValuesIn(recorded_optimizers());

/// The registry's places of torch.optim's optimizers that treat every element by itself, decay and
/// can climb: those that PyTorch's general laws are laws of. A whole-tensor rule, a line search or
/// an estimate over all groups breaks one or another of them by design.
inline std::vector<std::size_t> elementwise_optimizers() {
  std::vector<std::size_t> places;
  for (const std::size_t i : recorded_optimizers()) {
    const OptimizerInfo& info = optimizer_registry()[i];
    const auto has = [&](std::string_view name) {
      return std::any_of(info.hyper_parameters.begin(), info.hyper_parameters.end(),
                         [&](const HyperParameterInfo& hyper) { return hyper.name == name; });
    };
    if (has("weight_decay") && has("maximize")) places.push_back(i);
  }
  return places;
}
inline const auto kElementwiseOptimizers = ::testing::ValuesIn(elementwise_optimizers());

/// Names a case of a suite over the registry.
inline std::string optimizer_name(const ::testing::TestParamInfo<std::size_t>& info) {
  return std::string(optimizer_registry()[info.param].name);
}

}  // namespace steplab
