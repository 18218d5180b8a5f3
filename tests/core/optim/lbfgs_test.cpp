// SPDX-License-Identifier: MIT
// What LBFGS refuses and raises, how it ends a step, and that its inspected terms add up.
#include <cmath>

#include "core/optim/fixtures.hpp"
#include "support/allocation_counter.hpp"

namespace steplab {
namespace {

// Σ curvature (p − 1)² / 2 over all parameters, with a kink in the curvature.
class Bowl final : public Closure {
 public:
  explicit Bowl(Parameters& parameters, std::size_t count)
      : parameters_(parameters), count_(count) {}

  float steepness = 4.0F;
  int evaluations = 0;

  Result<float> evaluate() override {
    ++evaluations;
    float loss = 0.0F;
    for (std::size_t p = 0; p < count_; ++p) {
      const std::span<const float> value = parameters_[p].value().span();
      const std::span<float> grad = parameters_[p].materialize_grad().span();
      for (std::size_t i = 0; i < value.size(); ++i) {
        const float distance = value[i] - 1.0F;
        const float curvature = distance > 0.0F ? steepness : 1.0F + static_cast<float>(i);
        grad[i] = curvature * distance;
        loss += 0.5F * curvature * distance * distance;
      }
    }
    return loss;
  }
  Result<float> loss() override { return evaluate(); }
  Result<bool> sample_gradient() override { return false; }

 private:
  Parameters& parameters_;
  std::size_t count_;
};

const HyperValue kWolfe = std::string("strong_wolfe");

std::string message_of(const HyperValues& options) {
  Parameters parameters;
  parameters.add({3.0F, -2.0F});
  const auto lbfgs = make_optimizer("LBFGS", options, parameters.pointers());
  Bowl bowl(parameters, 1);
  for (int step = 0; step < 4; ++step) {
    const Status status = lbfgs->step(&bowl);
    if (!status) return status.error().message;
  }
  return {};
}

TEST(Lbfgs, HasOneGroup) {
  Parameters parameters;
  parameters.add({1.0F});
  parameters.add({1.0F});
  const auto lbfgs = make_optimizer("LBFGS", {}, {&parameters[0]});
  const Status second = lbfgs->add_param_group({&parameters[1]}, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().message,
            "LBFGS doesn't support per-parameter options (parameter groups)");
  Bowl bowl(parameters, 1);
  ASSERT_TRUE(lbfgs->step(&bowl).ok());
  // Later it is step() that raises.
  ASSERT_TRUE(lbfgs->add_param_group({&parameters[1]}, {}).ok());
  const Status status = lbfgs->step(&bowl);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "Expected exactly one param_group, but got 2");
}

TEST(Lbfgs, NeedsAClosure) {
  Parameters parameters;
  parameters.add({1.0F});
  const Status status = make_optimizer("LBFGS", {}, parameters.pointers())->step();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message,
            "LBFGS.step() missing 1 required positional argument: 'closure'");
}

TEST(Lbfgs, RaisesInAStepWhatPyTorchRaises) {
  EXPECT_EQ(message_of({}), "");
  EXPECT_EQ(message_of({{"line_search_fn", std::string("armijo")}}),
            "only 'strong_wolfe' is supported");
  EXPECT_EQ(message_of({{"line_search_fn", kWolfe}, {"lr", 0.0}}),
            "ZeroDivisionError: float division by zero");
  EXPECT_EQ(message_of({{"line_search_fn", kWolfe}, {"max_eval", 0.0}}),
            "UnboundLocalError: cannot access local variable 'bracket_f' where it is not "
            "associated with a value");
  EXPECT_EQ(message_of({{"history_size", 0.0}, {"tolerance_change", 0.0}, {"lr", 0.1}}),
            "IndexError: pop from empty list");
}

TEST(Lbfgs, MaxEvalIsAQuarterMoreThanMaxIterUnlessGiven) {
  Parameters parameters;
  parameters.add({1.0F});
  const auto max_eval = [&](const HyperValues& options) {
    return make_optimizer("LBFGS", options, {&parameters[0]})->hyper(0, "max_eval").value();
  };
  EXPECT_EQ(max_eval({}), HyperValue(25.0));
  EXPECT_EQ(max_eval({{"max_iter", 3.0}}), HyperValue(3.0));
  EXPECT_EQ(max_eval({{"max_iter", 3.0}, {"max_eval", 7.0}}), HyperValue(7.0));
}

TEST(Lbfgs, AStepWithoutAWayDownStoresCountsOnly) {
  Parameters parameters;
  parameters.add({1.0F, 1.0F});  // the minimum
  const auto lbfgs = make_optimizer("LBFGS", {}, parameters.pointers());
  Bowl bowl(parameters, 1);
  ASSERT_TRUE(lbfgs->step(&bowl).ok());
  EXPECT_EQ(state_names(*lbfgs, parameters[0]), (std::vector<std::string>{"func_evals", "n_iter"}));
  EXPECT_EQ(parameters[0].version(), 0U);
}

TEST(Lbfgs, AllStateIsTheFirstParameters) {
  Parameters parameters;
  parameters.add({3.0F, -2.0F});
  parameters.add({5.0F});
  const auto lbfgs = make_optimizer("LBFGS", {{"history_size", 2.0}}, parameters.pointers());
  Bowl bowl(parameters, 2);
  bowl.steepness = 7.0F;
  ASSERT_TRUE(lbfgs->step(&bowl).ok());
  std::vector<std::string> documented;
  for (const StateInfo& state : lbfgs->info().state) documented.emplace_back(state.name);
  EXPECT_EQ(state_names(*lbfgs, parameters[0]), documented);
  EXPECT_TRUE(lbfgs->state(parameters[1]).empty());
  EXPECT_EQ(state_of(*lbfgs, parameters[0], "d").size(), 3U);
  EXPECT_LE(state_of(*lbfgs, parameters[0], "ro").size(), 2U);
}

TEST(Lbfgs, RaisingTheHistoryLaterIsPyTorchsIndexError) {
  Parameters parameters;
  parameters.add({3.0F, -2.0F, 5.0F, 0.5F});
  const HyperValues options = {{"history_size", 1.0}, {"lr", 0.1}, {"max_iter", 2.0}};
  const auto lbfgs = make_optimizer("LBFGS", options, parameters.pointers());
  Bowl bowl(parameters, 1);
  for (int step = 0; step < 3; ++step) ASSERT_TRUE(lbfgs->step(&bowl).ok());
  ASSERT_TRUE(lbfgs->set_hyper(0, "history_size", 3.0).ok());
  const Status status = lbfgs->step(&bowl);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "IndexError: list assignment index out of range");
}

TEST(Lbfgs, InspectedTermsSumToTheUpdate) {
  for (const HyperValues& options :
       {HyperValues{{"lr", 0.3}}, HyperValues{{"line_search_fn", kWolfe}, {"max_iter", 5.0}}}) {
    Parameters parameters;
    parameters.add({3.0F});
    Parameter& watched = parameters.add({-2.0F, 4.0F, 0.3F});
    const auto lbfgs = make_optimizer("LBFGS", options, parameters.pointers());
    Inspector inspector;
    inspector.watch(watched, 1);
    lbfgs->set_inspector(&inspector);
    Bowl bowl(parameters, 2);
    int moved = 0;
    for (int step = 0; step < 6; ++step) {
      const float before = watched.value().span()[1];
      ASSERT_TRUE(lbfgs->step(&bowl).ok());
      const Inspection& inspection = inspector.inspection();
      if (!inspection.exists) {
        EXPECT_EQ(watched.value().span()[1], before);
        continue;
      }
      ++moved;
      EXPECT_EQ(inspection.before, before);
      EXPECT_EQ(inspection.after, watched.value().span()[1]);
      float sum = inspection.before;
      for (const auto& term : inspection.terms) sum += static_cast<float>(term.value);
      ASSERT_EQ(sum, inspection.after);
      for (const auto& value : inspection.symbols) {
        ASSERT_LT(value.symbol, lbfgs->info().symbols.size());
      }
    }
    EXPECT_GE(moved, 2);
  }
}

TEST(Lbfgs, StepAllocatesNothing) {
  Parameters parameters;
  parameters.add(std::vector<float>(33, 3.0F));
  const auto lbfgs = make_optimizer("LBFGS", {{"line_search_fn", kWolfe}, {"max_iter", 4.0}},
                                    parameters.pointers());
  Bowl bowl(parameters, 1);
  bowl.steepness = 50.0F;
  const std::size_t before = support::allocation_count();
  const bool ok = lbfgs->step(&bowl).ok() && lbfgs->step(&bowl).ok();
  EXPECT_EQ(support::allocation_count(), before);
  EXPECT_TRUE(ok);
}

TEST(Lbfgs, GoesOnWithTheSameBitsAfterARestore) {
  Parameters parameters;
  Parameter& parameter = parameters.add({3.0F, -2.0F, 5.0F, 0.25F, 9.0F});
  const auto lbfgs = make_optimizer("LBFGS", {{"lr", 0.2}, {"max_iter", 3.0}}, {&parameter});
  Bowl bowl(parameters, 1);
  const auto run = [&](int steps) {
    for (int step = 0; step < steps; ++step) EXPECT_TRUE(lbfgs->step(&bowl).ok());
    return values_of(parameter);
  };
  run(2);
  Archive measure = Archive::measuring();
  lbfgs->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  lbfgs->archive(save);
  EXPECT_EQ(save.bytes(), buffer.size());
  const std::vector<float> value = values_of(parameter);
  const std::vector<float> first = run(4);
  Archive restore = Archive::restoring(buffer);
  lbfgs->archive(restore);
  std::copy(value.begin(), value.end(), parameter.mutable_value().span().begin());
  EXPECT_EQ(run(4), first);
}

}  // namespace
}  // namespace steplab
