// SPDX-License-Identifier: MIT
#include "steplab/optim/registry.hpp"

#include <set>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

// WebAssembly carries no texts.
#ifndef __EMSCRIPTEN__
void expect_complete(std::span<const HyperParameterInfo> hyper_parameters) {
  std::set<std::string_view> names;
  for (const HyperParameterInfo& hyper : hyper_parameters) {
    EXPECT_TRUE(names.insert(hyper.name).second) << hyper.name << " twice";
    if (hyper.internal) continue;
    EXPECT_FALSE(hyper.doc.empty()) << hyper.name;
    // A text has no range.
    const bool is_text = hyper.min == 0.0 && hyper.max == 0.0;
    EXPECT_TRUE(is_text || hyper.min < hyper.max) << hyper.name;
    if (hyper.scale == HyperScale::kLogarithmic) {
      EXPECT_GT(hyper.min, 0.0) << hyper.name;
    }
    if (const double* number = std::get_if<double>(&hyper.default_value)) {
      const bool inside = *number == 0.0 || (hyper.min <= *number && *number <= hyper.max);
      EXPECT_TRUE(inside) << hyper.name;
    }
  }
}

TEST(Registry, TellsEverythingOfEveryOptimizer) {
  for (const OptimizerInfo& info : optimizer_registry()) {
    SCOPED_TRACE(info.name);
    EXPECT_FALSE(info.summary.empty());
    EXPECT_FALSE(info.family.empty());
    EXPECT_FALSE(info.checked_against.empty());
    EXPECT_FALSE(info.agreement.empty());
    EXPECT_NE(info.pytorch_class.empty(), info.python.empty());
    EXPECT_NE(info.paper.find("http"), std::string_view::npos) << info.paper;
    EXPECT_EQ(info.formula.find("\\begin{aligned}"), 0U);
    EXPECT_EQ(info.formula.find("\\begin{aligned}", 1), std::string_view::npos);
    for (const StateInfo& state : info.state) EXPECT_FALSE(state.doc.empty()) << state.name;
    expect_complete(info.hyper_parameters);
    EXPECT_EQ(make_optimizer(info.name)->info().name, info.name);
  }
}

TEST(Registry, TellsEverythingOfEveryScheduler) {
  for (const SchedulerInfo& info : scheduler_registry()) {
    SCOPED_TRACE(info.name);
    EXPECT_FALSE(info.summary.empty());
    const bool is_ours = info.name == "WarmupStableDecay";
    const std::string room = info.name == "SWALR" ? "swa_utils." : "lr_scheduler.";
    EXPECT_EQ(info.pytorch_class, is_ours ? "" : "torch.optim." + room + std::string(info.name));
    EXPECT_EQ(info.formula.find("\\begin{aligned}"), 0U);
    expect_complete(info.hyper_parameters);
  }
}
#endif

TEST(Registry, ListsOptimizersInTeachingOrder) {
  std::vector<std::string_view> names;
  for (const OptimizerInfo& info : optimizer_registry()) names.push_back(info.name);
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "SGD");
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
}

TEST(Registry, DefaultsArePyTorchs) {
  const auto defaults = [](std::string_view name) {
    std::string text;
    for (const HyperParameterInfo& hyper : find_optimizer(name)->hyper_parameters) {
      text += std::string(hyper.name) + "=" + to_python(hyper.default_value) + " ";
    }
    return text;
  };
  EXPECT_EQ(defaults("SGD"),
            "lr=0.001 momentum=0.0 dampening=0.0 weight_decay=0.0 nesterov=False maximize=False ");
  EXPECT_EQ(defaults("Adam"),
            "lr=0.001 betas=(0.9, 0.999) eps=1e-08 weight_decay=0.0 amsgrad=False maximize=False "
            "decoupled_weight_decay=False ");
  EXPECT_EQ(
      defaults("AdamW"),
      "lr=0.001 betas=(0.9, 0.999) eps=1e-08 weight_decay=0.01 amsgrad=False maximize=False ");
  EXPECT_EQ(defaults("RMSprop"),
            "lr=0.01 alpha=0.99 eps=1e-08 weight_decay=0.0 momentum=0.0 centered=False "
            "maximize=False ");
  EXPECT_EQ(defaults("Adagrad"),
            "lr=0.01 lr_decay=0.0 weight_decay=0.0 initial_accumulator_value=0.0 eps=1e-10 "
            "maximize=False ");
  EXPECT_EQ(defaults("Adafactor"),
            "lr=0.01 beta2_decay=-0.8 eps=(None, 0.001) d=1.0 weight_decay=0.0 maximize=False ");
  EXPECT_EQ(defaults("Muon"),
            "lr=0.001 weight_decay=0.1 momentum=0.95 nesterov=True "
            "ns_coefficients=(3.4445, -4.775, 2.0315) eps=1e-07 ns_steps=5.0 adjust_lr_fn=None ");
  EXPECT_EQ(defaults("LBFGS"),
            "lr=1.0 max_iter=20.0 max_eval=None tolerance_grad=1e-07 tolerance_change=1e-09 "
            "history_size=100.0 line_search_fn=None ");
}

TEST(Registry, KnowsNothingOfOtherNames) {
  EXPECT_EQ(find_optimizer("adam"), nullptr);
  EXPECT_EQ(find_scheduler("Adam"), nullptr);
}

}  // namespace
}  // namespace steplab
