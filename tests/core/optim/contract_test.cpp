// SPDX-License-Identifier: MIT
// torch.optim.Optimizer's contract, for every optimizer of the registry.
#include "core/optim/fixtures.hpp"
#include "support/allocation_counter.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

class OptimizerContract : public ::testing::TestWithParam<std::size_t> {
 protected:
  std::unique_ptr<Optimizer> make(std::vector<Parameter*> parameters,
                                  const HyperValues& options = {}) {
    return make_optimizer(optimizer_registry()[GetParam()].name, options, std::move(parameters));
  }
};

TEST_P(OptimizerContract, SkipsParametersWithoutGradientCompletely) {
  Parameters parameters;
  parameters.add({1.0F, 2.0F});
  parameters.add({3.0F});
  const auto optimizer = make(parameters.pointers());
  const auto state_before = state_names(*optimizer, parameters[1]);
  set_grad(parameters[0], {0.5F, -0.5F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_NE(values_of(parameters[0]), (std::vector<float>{1.0F, 2.0F}));
  EXPECT_EQ(values_of(parameters[1]), (std::vector<float>{3.0F}));
  EXPECT_EQ(parameters[1].version(), 0U);
  EXPECT_EQ(state_names(*optimizer, parameters[1]), state_before);
}

TEST_P(OptimizerContract, GradientOfZerosIsAFullStep) {
  Parameters parameters;
  parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  set_grad(parameters[0], {0.0F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_GT(parameters[0].version(), 0U);
  const auto step = state_of(*optimizer, parameters[0], "step");
  if (!step.empty()) {
    EXPECT_EQ(step[0], 1.0F);
  }
}

TEST_P(OptimizerContract, CountsStepsPerParameter) {
  Parameters parameters;
  parameters.add({1.0F});
  parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  set_grad(parameters[0], {1.0F});
  ASSERT_TRUE(optimizer->step().ok());
  set_grad(parameters[1], {1.0F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_EQ(optimizer->step_count(), 2U);
  const auto first = state_of(*optimizer, parameters[0], "step");
  if (first.empty()) return;
  EXPECT_EQ(first[0], 2.0F);
  EXPECT_EQ(state_of(*optimizer, parameters[1], "step").at(0), 1.0F);
}

TEST_P(OptimizerContract, StepsFrozenParametersThatHaveAGradient) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  set_grad(parameter, {1.0F});
  parameter.set_requires_grad(false);
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_LT(parameter.value().span()[0], 1.0F);
}

TEST_P(OptimizerContract, LeavesGradientsAlone) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers(), {{"maximize", true}});
  set_grad(parameter, {0.25F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_TRUE(parameter.has_grad());
  EXPECT_EQ(parameter.grad().span()[0], 0.25F);
}

TEST_P(OptimizerContract, ZeroGradDropsOrFills) {
  Parameters parameters;
  parameters.add({1.0F});
  parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  set_grad(parameters[0], {1.0F});
  optimizer->zero_grad(false);
  EXPECT_TRUE(parameters[0].has_grad());
  EXPECT_EQ(parameters[0].grad().span()[0], 0.0F);
  EXPECT_FALSE(parameters[1].has_grad());
  optimizer->zero_grad();
  EXPECT_FALSE(parameters[0].has_grad());
}

TEST_P(OptimizerContract, RefusesAParameterOfAnotherGroup) {
  Parameters parameters;
  parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  const Status status = optimizer->add_param_group({&parameters[0]}, {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "some parameters appear in more than one parameter group");
  EXPECT_EQ(optimizer->group_count(), 1U);
}

TEST_P(OptimizerContract, StepsADuplicateInOneGroupOncePerOccurrence) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto optimizer = make({&parameter, &parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_EQ(parameter.version() % 2, 0U);
  const auto step = state_of(*optimizer, parameter, "step");
  if (!step.empty()) {
    EXPECT_EQ(step[0], 2.0F);
  }
}

TEST_P(OptimizerContract, GroupsHaveTheirOwnHyperParameters) {
  Parameters parameters;
  Parameter& still = parameters.add({1.0F});
  Parameter& moving = parameters.add({1.0F});
  const auto optimizer = make({&still}, {{"lr", 0.25}});
  // Not validated, as in PyTorch; the constructor would refuse it.
  ASSERT_TRUE(optimizer->add_param_group({&moving}, {{"lr", -0.5}}).ok());
  EXPECT_EQ(optimizer->group_count(), 2U);
  EXPECT_EQ(optimizer->group_parameters(1)[0], &moving);
  EXPECT_EQ(optimizer->lr(0), 0.25);
  EXPECT_EQ(optimizer->lr(1), -0.5);
  ASSERT_TRUE(optimizer->set_hyper(0, "lr", 0.0).ok());
  set_grad(still, {1.0F});
  set_grad(moving, {1.0F});
  ASSERT_TRUE(optimizer->step().ok());
  EXPECT_EQ(still.value().span()[0], 1.0F);
  EXPECT_GT(moving.value().span()[0], 1.0F);
}

TEST_P(OptimizerContract, HyperParametersAreReadAndWrittenByName) {
  Parameters parameters;
  parameters.add({1.0F});
  const auto optimizer = make(parameters.pointers());
  for (const HyperParameterInfo& hyper : optimizer->info().hyper_parameters) {
    EXPECT_EQ(optimizer->hyper(0, hyper.name).value(), hyper.default_value) << hyper.name;
    EXPECT_TRUE(optimizer->set_hyper(0, hyper.name, hyper.default_value).ok()) << hyper.name;
  }
  EXPECT_FALSE(optimizer->hyper(0, "speed").ok());
  EXPECT_FALSE(optimizer->set_hyper(0, "speed", 1.0).ok());
  EXPECT_FALSE(optimizer->set_hyper(0, "lr", std::string("fast")).ok());
  const Status status = optimizer->set_hyper(3, "lr", 1.0);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "there is no parameter group 3; there are 1");
}

TEST_P(OptimizerContract, HasNoStateOfStrangers) {
  Parameters parameters;
  parameters.add({1.0F});
  Parameter& stranger = parameters.add({1.0F});
  const auto optimizer = make({&parameters[0]});
  EXPECT_TRUE(optimizer->state(stranger).empty());
}

TEST_P(OptimizerContract, StateNamesAreTheDocumentedOnes) {
  Parameters parameters;
  parameters.add({1.0F});
  HyperValues everything;
  for (const HyperParameterInfo& hyper : optimizer_registry()[GetParam()].hyper_parameters) {
    if (std::holds_alternative<bool>(hyper.default_value))
      everything.emplace_back(hyper.name, true);
    if (hyper.name == "momentum") everything.emplace_back(hyper.name, 0.5);
  }
  const auto optimizer = make(parameters.pointers(), everything);
  set_grad(parameters[0], {1.0F});
  ASSERT_TRUE(optimizer->step().ok());
  std::vector<std::string> documented;
  for (const StateInfo& state : optimizer->info().state) documented.emplace_back(state.name);
  EXPECT_EQ(state_names(*optimizer, parameters[0]), documented);
}

TEST_P(OptimizerContract, StepAllocatesNothing) {
  Parameters parameters;
  parameters.add(std::vector<float>(33, 1.0F));
  parameters.add({2.0F});
  const auto optimizer = make(parameters.pointers());
  set_grad(parameters[0], std::vector<float>(33, 0.5F));
  set_grad(parameters[1], {1.0F});
  const std::size_t before = support::allocation_count();
  bool ok = true;
  for (int i = 0; i < 3; ++i) ok = optimizer->step().ok() && ok;  // the very first step as well
  EXPECT_EQ(support::allocation_count(), before);
  EXPECT_TRUE(ok);
}

TEST_P(OptimizerContract, GoesOnWithTheSameBitsAfterARestore) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F, -2.0F, 3.0F});
  Parameter& late = parameters.add({1.0F});
  const auto optimizer = make({&parameter, &late});
  const auto run = [&](int from, int to) {
    std::string bits;
    for (int step = from; step < to; ++step) {
      const auto x = static_cast<float>(step);
      set_grad(parameter, {0.5F - x, 0.25F * x, 1.0F});
      if (step >= 6) set_grad(late, {x});
      optimizer->set_lr(0, 0.1 / (1 + step));
      EXPECT_TRUE(optimizer->step().ok());
      bits += golden::bits_of(parameter.value().span()) + golden::bits_of(late.value().span());
      for (const StateEntry& entry : optimizer->state(late)) bits += entry.name;
    }
    return bits;
  };
  run(0, 4);

  Archive measure = Archive::measuring();
  optimizer->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  optimizer->archive(save);
  EXPECT_EQ(save.bytes(), buffer.size());
  const std::vector<float> value = values_of(parameter);

  const std::string first = run(4, 12);
  Archive restore = Archive::restoring(buffer);
  optimizer->archive(restore);
  EXPECT_EQ(optimizer->step_count(), 4U);
  std::copy(value.begin(), value.end(), parameter.mutable_value().span().begin());
  late.mutable_value().fill(1.0F);
  late.drop_grad();
  EXPECT_EQ(run(4, 12), first);
}

INSTANTIATE_TEST_SUITE_P(Registry, OptimizerContract, kElementwiseOptimizers, optimizer_name);

TEST(SgdContract, MomentumBufferIsBornWheneverMomentumIsTurnedOn) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto sgd = make_optimizer("SGD", {{"lr", 0.5}, {"dampening", 0.5}}, {&parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(sgd->step().ok());
  EXPECT_TRUE(sgd->state(parameter).empty());
  ASSERT_TRUE(sgd->set_hyper(0, "momentum", 0.5).ok());
  ASSERT_TRUE(sgd->step().ok());
  EXPECT_EQ(state_of(*sgd, parameter, "momentum_buffer"), (std::vector<float>{1.0F}));
}

TEST(SgdContract, BothOccurrencesOfADuplicateTakeAFirstStep) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto sgd = make_optimizer("SGD", {{"lr", 0.5}, {"momentum", 0.5}, {"dampening", 0.5}},
                                  {&parameter, &parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(sgd->step().ok());
  EXPECT_EQ(parameter.value().span()[0], 0.0F);  // neither is dampened
  ASSERT_TRUE(sgd->step().ok());                 // one buffer from now on: 1 → 1 → 1
  EXPECT_EQ(parameter.value().span()[0], -1.0F);
}

TEST(AdamContract, AmsgradTurnedOnLateIsPyTorchsKeyError) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto adam = make_optimizer("Adam", {}, {&parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(adam->step().ok());
  const std::vector<float> value = values_of(parameter);
  ASSERT_TRUE(adam->set_hyper(0, "amsgrad", true).ok());
  const Status status = adam->step();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "KeyError: 'max_exp_avg_sq'");
  EXPECT_EQ(values_of(parameter), value);
  EXPECT_EQ(state_of(*adam, parameter, "step"), (std::vector<float>{1.0F}));
}

TEST(RmsPropContract, BuffersTurnedOnLateArePyTorchsKeyErrors) {
  const std::tuple<std::string_view, HyperValue, std::string_view> cases[] = {
      {"momentum", 0.9, "KeyError: 'momentum_buffer'"}, {"centered", true, "KeyError: 'grad_avg'"}};
  for (const auto& [name, value, message] : cases) {
    Parameters parameters;
    Parameter& parameter = parameters.add({1.0F});
    const auto rmsprop = make_optimizer("RMSprop", {}, {&parameter});
    set_grad(parameter, {1.0F});
    ASSERT_TRUE(rmsprop->step().ok());
    ASSERT_TRUE(rmsprop->set_hyper(0, name, value).ok());
    const Status status = rmsprop->step();
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, message);
  }
}

TEST(AdagradContract, StateOfALaterGroupIsLazyAndStartsFromTheConstructorsValue) {
  Parameters parameters;
  Parameter& first = parameters.add({1.0F});
  Parameter& later = parameters.add({1.0F});
  const auto adagrad = make_optimizer("Adagrad", {{"initial_accumulator_value", 2.0}}, {&first});
  set_grad(first, {1.0F});
  ASSERT_TRUE(adagrad->step().ok());
  ASSERT_TRUE(adagrad->add_param_group({&later}, {{"initial_accumulator_value", 5.0}}).ok());
  EXPECT_TRUE(adagrad->state(later).empty());
  set_grad(later, {1.0F});
  ASSERT_TRUE(adagrad->step().ok());
  EXPECT_EQ(state_of(*adagrad, later, "sum"), (std::vector<float>{3.0F}));
}

TEST(AdamContract, StepCounterSticksWhereFloat32EndsToCount) {
  // Not stepped 2^24 times: the counter is restored to just below.
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto adam = make_optimizer("Adam", {}, {&parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(adam->step().ok());
  Archive measure = Archive::measuring();
  adam->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  adam->archive(save);
  // The counter is the one float32 of value 1 that a gradient of 1 leaves in the state.
  const float one = 1.0F;
  const float nearly = 16777215.0F;
  const auto* begin = reinterpret_cast<const std::byte*>(&one);
  const auto found = std::search(buffer.begin(), buffer.end(), begin, begin + sizeof one);
  ASSERT_NE(found, buffer.end());
  std::memcpy(&*found, &nearly, sizeof nearly);
  Archive restore = Archive::restoring(buffer);
  adam->archive(restore);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(adam->step().ok());
  EXPECT_EQ(state_of(*adam, parameter, "step"), (std::vector<float>{16777216.0F}));
}

}  // namespace
}  // namespace steplab
