// SPDX-License-Identifier: MIT
#include "steplab/optim/registry.hpp"

#include <algorithm>
#include <vector>

namespace steplab {

// STEPLAB_FIRST_STEPS_ONLY makes the registry of the page's first engine: no line for a further
// optimizer, so that none is linked.
#ifdef STEPLAB_FIRST_STEPS_ONLY
#define STEPLAB_FURTHER(line)
#else
#define STEPLAB_FURTHER(line) line
#endif

#define STEPLAB_OPTIMIZER(name) OptimizerInfo name##_info();
#define STEPLAB_FURTHER_OPTIMIZER(name) STEPLAB_FURTHER(OptimizerInfo name##_info();)
#define STEPLAB_SCHEDULER(name) SchedulerInfo name##_info();
#define STEPLAB_FURTHER_SCHEDULER(name) STEPLAB_FURTHER(SchedulerInfo name##_info();)
#define STEPLAB_WRAPPER(name) STEPLAB_FURTHER(WrapperInfo name##_info();)
#include "optim/optimizers.inc"
#include "optim/schedulers.inc"
#include "optim/wrappers.inc"
#undef STEPLAB_WRAPPER
#undef STEPLAB_OPTIMIZER
#undef STEPLAB_FURTHER_OPTIMIZER
#undef STEPLAB_SCHEDULER
#undef STEPLAB_FURTHER_SCHEDULER

namespace {

template <class Info>
const Info* find(std::span<const Info> registry, std::string_view name) {
  const auto found = std::find_if(registry.begin(), registry.end(),
                                  [&](const Info& info) { return info.name == name; });
  return found == registry.end() ? nullptr : &*found;
}

template <class Info>
[[maybe_unused]] Info further(Info info) {
  info.is_further = true;
  return info;
}

}  // namespace

#define STEPLAB_OPTIMIZER(name) name##_info(),
#define STEPLAB_FURTHER_OPTIMIZER(name) STEPLAB_FURTHER(further(name##_info()) STEPLAB_COMMA)
#define STEPLAB_COMMA ,
#define STEPLAB_WRAPPER(name) STEPLAB_FURTHER(name##_info() STEPLAB_COMMA)
#define STEPLAB_SCHEDULER(name) name##_info(),
#define STEPLAB_FURTHER_SCHEDULER(name) STEPLAB_FURTHER(further(name##_info()) STEPLAB_COMMA)

std::span<const OptimizerInfo> optimizer_registry() {
  static const std::vector<OptimizerInfo> infos = {
#include "optim/optimizers.inc"
  };
  return infos;
}

std::span<const SchedulerInfo> scheduler_registry() {
  static const std::vector<SchedulerInfo> infos = {
#include "optim/schedulers.inc"
  };
  return infos;
}

std::string_view sparse_gradients_name(SparseGradients kind) {
  switch (kind) {
    case SparseGradients::kRefused:
      return "refused";
    case SparseGradients::kAccepted:
      return "accepted";
    case SparseGradients::kRequired:
      break;
  }
  return "required";
}

std::string_view scheduler_kind_name(SchedulerKind kind) {
  switch (kind) {
    case SchedulerKind::kChainable:
      return "chainable";
    case SchedulerKind::kClosedForm:
      return "closed_form";
    case SchedulerKind::kMetric:
      return "metric";
    case SchedulerKind::kComposite:
      break;
  }
  return "composite";
}

std::span<const WrapperInfo> wrapper_registry() {
  static const std::vector<WrapperInfo> infos = {
#include "optim/wrappers.inc"
  };
  return infos;
}

const WrapperInfo* find_wrapper(std::string_view name) { return find(wrapper_registry(), name); }

const OptimizerInfo* find_optimizer(std::string_view name) {
  return find(optimizer_registry(), name);
}

const SchedulerInfo* find_scheduler(std::string_view name) {
  return find(scheduler_registry(), name);
}

}  // namespace steplab
