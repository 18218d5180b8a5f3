// SPDX-License-Identifier: MIT
#include "optim/cycled_momentum.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "optim/hyper_table.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

constexpr std::string_view kMomentum = "momentum";
constexpr std::string_view kBetas = "betas";

bool has(const Optimizer& optimizer, std::string_view name) {
  const std::vector<HyperParameterInfo>& infos = optimizer.info().hyper_parameters;
  return std::any_of(infos.begin(), infos.end(),
                     [&](const HyperParameterInfo& info) { return info.name == name; });
}

}  // namespace

Status CycledMomentum::check(const Optimizer& optimizer) {
  if (has(optimizer, kMomentum) || has(optimizer, kBetas)) return {};
  return invalid_hyper(
      "cycle_momentum",
      "optimizer must support momentum or beta1 with `cycle_momentum` option enabled");
}

CycledMomentum::CycledMomentum(Optimizer& optimizer)
    : optimizer_(optimizer), is_beta_(has(optimizer, kBetas)) {}

void CycledMomentum::set(std::size_t group, double momentum) {
  HyperValue value = momentum;
  if (is_beta_) {
    // Present, and a tuple: the option is the optimizer's own.
    auto betas = std::get<std::vector<double>>(optimizer_.hyper(group, kBetas).value());
    betas.front() = momentum;
    value = std::move(betas);
  }
  (void)optimizer_.set_hyper(group, is_beta_ ? kBetas : kMomentum, value);
}

}  // namespace steplab
