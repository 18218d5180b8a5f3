// SPDX-License-Identifier: MIT
#include "steplab/optim/registry.hpp"

#include <algorithm>
#include <array>

namespace steplab {

#define STEPLAB_OPTIMIZER(name) OptimizerInfo name##_info();
#define STEPLAB_SCHEDULER(name) SchedulerInfo name##_info();
#include "optim/optimizers.inc"
#include "optim/schedulers.inc"
#undef STEPLAB_OPTIMIZER
#undef STEPLAB_SCHEDULER

namespace {

template <class Info>
const Info* find(std::span<const Info> registry, std::string_view name) {
  const auto found = std::find_if(registry.begin(), registry.end(),
                                  [&](const Info& info) { return info.name == name; });
  return found == registry.end() ? nullptr : &*found;
}

}  // namespace

#define STEPLAB_OPTIMIZER(name) name##_info(),
#define STEPLAB_SCHEDULER(name) name##_info(),

std::span<const OptimizerInfo> optimizer_registry() {
  static const std::array infos = {
#include "optim/optimizers.inc"
  };
  return infos;
}

std::span<const SchedulerInfo> scheduler_registry() {
  static const std::array infos = {
#include "optim/schedulers.inc"
  };
  return infos;
}

const OptimizerInfo* find_optimizer(std::string_view name) {
  return find(optimizer_registry(), name);
}

const SchedulerInfo* find_scheduler(std::string_view name) {
  return find(scheduler_registry(), name);
}

}  // namespace steplab
