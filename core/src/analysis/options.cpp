// SPDX-License-Identifier: MIT
#include "analysis/options.hpp"

#include <algorithm>
#include <utility>

#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

const HyperValue* find_option(const RunSpec& run, std::string_view name) {
  for (const auto& [known, value] : run.optimizer.options) {
    if (known == name) return &value;
  }
  const OptimizerInfo* info = find_optimizer(run.optimizer.name);
  if (info == nullptr) return nullptr;
  for (const HyperParameterInfo& parameter : info->hyper_parameters) {
    if (parameter.name == name) return &parameter.default_value;
  }
  return nullptr;
}

void multiply(HyperValues& options, double factor) {
  for (auto& [name, value] : options) {
    if (name == "lr" && std::holds_alternative<double>(value)) {
      value = factor * std::get<double>(value);
    }
  }
}

}  // namespace

std::optional<double> optimizer_number(const RunSpec& run, std::string_view name) {
  const HyperValue* value = find_option(run, name);
  if (value == nullptr || !std::holds_alternative<double>(*value)) return std::nullopt;
  return std::get<double>(*value);
}

bool optimizer_flag(const RunSpec& run, std::string_view name) {
  const HyperValue* value = find_option(run, name);
  return value != nullptr && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
}

void set_option(NamedSpec& named, const std::string& name, HyperValue value) {
  for (auto& [known, present] : named.options) {
    if (known == name) {
      present = std::move(value);
      return;
    }
  }
  named.options.emplace_back(name, std::move(value));
}

std::optional<Experiment> with_rate_times(const Experiment& alone, double factor) {
  const std::optional<double> rate = optimizer_number(alone.runs.front(), "lr");
  if (!rate) return std::nullopt;
  Experiment changed = alone;
  RunSpec& run = changed.runs.front();
  set_option(run.optimizer, "lr", *rate * factor);
  for (ParamGroupSpec& group : run.param_groups) multiply(group.options, factor);
  return changed;
}

}  // namespace steplab
