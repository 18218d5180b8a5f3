// SPDX-License-Identifier: MIT
#include "steplab/optim/scheduler.hpp"

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

// An SGD with one group of learning rate 0.1.
class SchedulerTest : public ::testing::Test {
 protected:
  SchedulerTest() : optimizer_(make_optimizer("SGD", {{"lr", 0.1}}, {&parameters_.add({0.0F})})) {}

  // The learning rate now and after each of `count` steps.
  std::vector<double> rates(Scheduler& scheduler, int count) {
    std::vector<double> rates = {optimizer_->lr(0)};
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(scheduler.step().ok());
      rates.push_back(optimizer_->lr(0));
    }
    return rates;
  }

  std::string refusal(std::string_view name, const HyperValues& options) {
    const auto made = find_scheduler(name)->create(*optimizer_, options, {});
    EXPECT_FALSE(made.ok());
    return made.ok() ? std::string() : made.error().path + " " + made.error().message;
  }

  Parameters parameters_;
  std::unique_ptr<Optimizer> optimizer_;
};

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-8) << i;
}

TEST_F(SchedulerTest, StepLrDropsEveryStepSize) {
  const auto scheduler = make_scheduler("StepLR", *optimizer_, {{"step_size", 3.0}});
  expect_near(rates(*scheduler, 6), {0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001});
  EXPECT_EQ(scheduler->last_epoch(), 6);
}

TEST_F(SchedulerTest, CosineFallsAndRisesAgain) {
  const auto scheduler = make_scheduler("CosineAnnealingLR", *optimizer_, {{"T_max", 5.0}});
  expect_near(rates(*scheduler, 11),
              {0.1, 0.0904508497, 0.0654508497, 0.0345491503, 0.00954915028, 0.0, 0.00954915028,
               0.0345491503, 0.0654508497, 0.0904508497, 0.1, 0.0904508497});
}

TEST_F(SchedulerTest, CosineNeverFallsBelowEtaMin) {
  const auto scheduler =
      make_scheduler("CosineAnnealingLR", *optimizer_, {{"T_max", 5.0}, {"eta_min", 0.01}});
  for (const double lr : rates(*scheduler, 40)) EXPECT_GE(lr, 0.01 - 1e-16);
}

TEST_F(SchedulerTest, ChangesByHandPersist) {
  const auto scheduler =
      make_scheduler("StepLR", *optimizer_, {{"step_size", 2.0}, {"gamma", 0.5}});
  ASSERT_TRUE(scheduler->step().ok());
  optimizer_->set_lr(0, 8.0);
  ASSERT_TRUE(scheduler->step().ok());
  EXPECT_EQ(optimizer_->lr(0), 4.0);
}

TEST_F(SchedulerTest, StackedSchedulersMultiply) {
  const auto halving = make_scheduler("StepLR", *optimizer_, {{"step_size", 1.0}, {"gamma", 0.5}});
  const auto doubling = make_scheduler("StepLR", *optimizer_, {{"step_size", 1.0}, {"gamma", 2.0}});
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(halving->step().ok() && doubling->step().ok());
  EXPECT_EQ(optimizer_->lr(0), 0.1);
}

TEST_F(SchedulerTest, ALaterSchedulerKeepsTheFirstsInitialLr) {
  const auto first = make_scheduler("StepLR", *optimizer_, {{"step_size", 1.0}});
  ASSERT_TRUE(first->step().ok());
  make_scheduler("StepLR", *optimizer_, {{"step_size", 1.0}});
  EXPECT_EQ(optimizer_->initial_lr(0), 0.1);
}

TEST_F(SchedulerTest, CosineCannotTurnAtTheBottomWithAGroupThatCameLater) {
  const auto scheduler = make_scheduler("CosineAnnealingLR", *optimizer_, {{"T_max", 2.0}});
  ASSERT_TRUE(optimizer_->add_param_group({&parameters_.add({0.0F})}, {{"lr", 0.5}}).ok());
  ASSERT_TRUE(scheduler->step().ok() && scheduler->step().ok());
  const double lr = optimizer_->lr(0);
  const Status status = scheduler->step();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "zip() argument 2 is longer than argument 1");
  EXPECT_EQ(optimizer_->lr(0), lr);
}

TEST_F(SchedulerTest, PeriodOfZeroFailsAtTheFirstStepAsInPyTorch) {
  for (const auto& [name, option] :
       {std::pair{"StepLR", "step_size"}, std::pair{"CosineAnnealingLR", "T_max"}}) {
    const auto scheduler = make_scheduler(name, *optimizer_, {{option, 0.0}});
    const Status status = scheduler->step();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, "ZeroDivisionError: integer modulo by zero");
  }
}

TEST_F(SchedulerTest, RefusesBadArguments) {
  EXPECT_EQ(refusal("StepLR", {}),
            "/step_size StepLR.__init__() missing 1 required positional argument: 'step_size'");
  EXPECT_EQ(refusal("CosineAnnealingLR", {{"eta_min", 0.1}}),
            "/T_max CosineAnnealingLR.__init__() missing 1 required positional argument: 'T_max'");
  EXPECT_EQ(refusal("StepLR", {{"step_size", 1.5}}),
            "/step_size step_size must be an integer, got 1.5");
  EXPECT_EQ(refusal("StepLR", {{"step_size", true}}),
            "/step_size step_size must be a number, got True");
  EXPECT_EQ(refusal("StepLR", {{"step", 1.0}}),
            "/step StepLR has no hyper-parameter 'step'; it has step_size, gamma");
}

TEST_F(SchedulerTest, GoesOnAfterARestore) {
  const auto scheduler = make_scheduler("StepLR", *optimizer_, {{"step_size", 3.0}});
  rates(*scheduler, 2);
  Archive measure = Archive::measuring();
  scheduler->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  scheduler->archive(save);
  const std::vector<double> first = rates(*scheduler, 5);
  optimizer_->set_lr(0, 0.1);
  Archive restore = Archive::restoring(buffer);
  scheduler->archive(restore);
  EXPECT_EQ(rates(*scheduler, 5), first);
}

}  // namespace
}  // namespace steplab
