// SPDX-License-Identifier: MIT
// One or two steps of each optimizer, worked by hand: the numbers and the state.
#include <cmath>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

// One parameter of one element and its optimizer.
class OneNumber {
 public:
  OneNumber(std::string_view name, const HyperValues& options, float start)
      : parameter_(parameters_.add({start})),
        optimizer_(make_optimizer(name, options, {&parameter_})) {}

  float step(float grad) {
    set_grad(parameter_, {grad});
    EXPECT_TRUE(optimizer_->step().ok());
    return parameter_.value().span()[0];
  }
  float state(std::string_view name) const { return state_of(*optimizer_, parameter_, name).at(0); }
  std::vector<std::string> names() const { return state_names(*optimizer_, parameter_); }

 private:
  Parameters parameters_;
  Parameter& parameter_;
  std::unique_ptr<Optimizer> optimizer_;
};

TEST(Sgd, WalksDownTheGradient) {
  OneNumber sgd("SGD", {{"lr", 0.5}}, 1.0F);
  EXPECT_EQ(sgd.step(0.25F), 0.875F);  // 1 − 0.5·0.25
  EXPECT_EQ(sgd.step(-1.0F), 1.375F);
  EXPECT_TRUE(sgd.names().empty());
}

TEST(Sgd, AddsWeightDecayToTheGradient) {
  OneNumber sgd("SGD", {{"lr", 0.5}, {"weight_decay", 0.25}}, 2.0F);
  EXPECT_EQ(sgd.step(1.0F), 1.25F);  // 2 − 0.5·(1 + 0.25·2)
}

TEST(Sgd, MomentumStartsWithTheWholeGradientAndIsDampenedAfterwards) {
  OneNumber sgd("SGD", {{"lr", 0.5}, {"momentum", 0.5}, {"dampening", 0.75}}, 1.0F);
  EXPECT_EQ(sgd.step(1.0F), 0.5F);
  EXPECT_EQ(sgd.state("momentum_buffer"), 1.0F);
  EXPECT_EQ(sgd.step(1.0F), 0.125F);  // b = 0.5·1 + 0.25·1 = 0.75
  EXPECT_EQ(sgd.state("momentum_buffer"), 0.75F);
}

TEST(Sgd, NesterovLooksAhead) {
  OneNumber sgd("SGD", {{"lr", 0.5}, {"momentum", 0.5}, {"nesterov", true}}, 1.0F);
  EXPECT_EQ(sgd.step(1.0F), 0.25F);    // 1 − 0.5·(1 + 0.5·1)
  EXPECT_EQ(sgd.step(1.0F), -0.625F);  // b = 1.5, direction 1 + 0.5·1.5 = 1.75
  EXPECT_EQ(sgd.state("momentum_buffer"), 1.5F);
}

TEST(Sgd, DecayStillShrinksWhenMaximizing) {
  OneNumber sgd("SGD", {{"lr", 0.5}, {"weight_decay", 0.25}, {"maximize", true}}, 2.0F);
  EXPECT_EQ(sgd.step(1.0F), 2.25F);  // 2 − 0.5·(−1 + 0.25·2)
  EXPECT_EQ(sgd.step(0.0F), 1.96875F);
}

TEST(Adam, FirstStepIsTheLearningRate) {
  OneNumber adam("Adam", {{"lr", 0.1}}, 1.0F);
  EXPECT_FLOAT_EQ(adam.step(0.5F), 0.9F);  // m̂ = 0.5, √v̂ = 0.5
  EXPECT_EQ(adam.names(), (std::vector<std::string>{"step", "exp_avg", "exp_avg_sq"}));
  EXPECT_EQ(adam.state("step"), 1.0F);
  EXPECT_FLOAT_EQ(adam.state("exp_avg"), 0.05F);
  EXPECT_FLOAT_EQ(adam.state("exp_avg_sq"), 2.5e-4F);
}

TEST(Adam, AddsEpsAfterTheCorrectedRoot) {
  OneNumber adam("Adam", {{"lr", 1.0}, {"eps", 0.5}}, 1.0F);
  EXPECT_FLOAT_EQ(adam.step(0.5F), 0.5F);  // 1 − 0.5/(0.5 + 0.5)
}

TEST(Adam, NormalisesWeightDecayToo) {
  OneNumber adam("Adam", {{"lr", 0.1}, {"weight_decay", 0.1}}, 1.0F);
  EXPECT_FLOAT_EQ(adam.step(0.0F), 0.9F);  // the gradient is 0.1, its root mean square as well
}

TEST(Adam, AmsgradKeepsTheLargestUncorrectedMeanSquare) {
  OneNumber adam("Adam", {{"lr", 0.1}, {"amsgrad", true}, {"betas", std::vector{0.5, 0.5}}}, 1.0F);
  adam.step(2.0F);
  EXPECT_EQ(adam.state("max_exp_avg_sq"), 2.0F);
  adam.step(0.0F);
  EXPECT_EQ(adam.state("exp_avg_sq"), 1.0F);
  EXPECT_EQ(adam.state("max_exp_avg_sq"), 2.0F);
}

TEST(AdamW, ShrinksTheParameterBeforeTheStep) {
  OneNumber adamw("AdamW", {{"lr", 0.5}, {"weight_decay", 0.5}}, 4.0F);
  EXPECT_EQ(adamw.step(0.0F), 3.0F);  // 4·(1 − 0.5·0.5), and nothing for a gradient of zero
  EXPECT_EQ(adamw.state("exp_avg"), 0.0F);
}

TEST(AdamW, IsAdamWithDecoupledWeightDecay) {
  OneNumber adamw("AdamW", {{"lr", 0.1}, {"weight_decay", 0.2}}, 1.0F);
  OneNumber adam("Adam", {{"lr", 0.1}, {"weight_decay", 0.2}, {"decoupled_weight_decay", true}},
                 1.0F);
  for (const float grad : {0.5F, -2.0F, 0.0F}) EXPECT_EQ(adamw.step(grad), adam.step(grad));
}

TEST(RmsProp, DividesByTheRootMeanSquare) {
  OneNumber rmsprop("RMSprop", {{"lr", 0.5}, {"alpha", 0.75}}, 1.0F);
  EXPECT_FLOAT_EQ(rmsprop.step(4.0F), 0.0F);  // v = 0.25·16, 1 − 0.5·4/2
  EXPECT_EQ(rmsprop.state("square_avg"), 4.0F);
  EXPECT_EQ(rmsprop.state("step"), 1.0F);
  EXPECT_EQ(rmsprop.names(), (std::vector<std::string>{"step", "square_avg"}));
}

TEST(RmsProp, CenteredRemovesTheMean) {
  OneNumber rmsprop("RMSprop", {{"lr", 1.0}, {"alpha", 0.5}, {"centered", true}}, 1.0F);
  EXPECT_FLOAT_EQ(rmsprop.step(4.0F), -1.0F);  // v = 8, ḡ = 2, 1 − 4/√(8 − 4)
  EXPECT_EQ(rmsprop.state("grad_avg"), 2.0F);
}

TEST(RmsProp, MomentumCoastsOnAZeroGradient) {
  OneNumber rmsprop("RMSprop", {{"lr", 0.5}, {"alpha", 0.75}, {"momentum", 0.5}}, 1.0F);
  EXPECT_FLOAT_EQ(rmsprop.step(4.0F), 0.0F);  // b = 2
  EXPECT_FLOAT_EQ(rmsprop.state("momentum_buffer"), 2.0F);
  EXPECT_FLOAT_EQ(rmsprop.step(0.0F), -0.5F);  // b = 1
}

TEST(Adagrad, DividesByTheRootOfTheSum) {
  OneNumber adagrad("Adagrad", {{"lr", 0.5}}, 1.0F);
  EXPECT_FLOAT_EQ(adagrad.step(3.0F), 0.5F);
  EXPECT_FLOAT_EQ(adagrad.step(4.0F), 0.1F);  // 0.5 − 0.5·4/√(9 + 16)
  EXPECT_EQ(adagrad.state("sum"), 25.0F);
  EXPECT_EQ(adagrad.state("step"), 2.0F);
}

TEST(Adagrad, LearningRateDecaysFromTheSecondStep) {
  OneNumber adagrad("Adagrad", {{"lr", 1.0}, {"lr_decay", 1.0}}, 2.0F);
  EXPECT_FLOAT_EQ(adagrad.step(3.0F), 1.0F);
  EXPECT_FLOAT_EQ(adagrad.step(4.0F), 0.6F);  // 1 − (1/2)·4/5
}

TEST(Adagrad, StateExistsFromTheStartWithTheConstructorsValue) {
  OneNumber adagrad("Adagrad", {{"lr", 1.0}, {"initial_accumulator_value", 16.0}}, 2.0F);
  EXPECT_EQ(adagrad.state("sum"), 16.0F);
  EXPECT_EQ(adagrad.state("step"), 0.0F);
  EXPECT_FLOAT_EQ(adagrad.step(3.0F), 1.4F);  // 2 − 3/√(16 + 9)
}

TEST(Adan, ScalesDownGradientsThatAreTooLongTogetherInPlace) {
  Parameters parameters;
  parameters.add({1.0F});
  parameters.add({1.0F});
  const auto adan =
      make_optimizer("Adan", {{"max_grad_norm", 2.5}, {"eps", 0.0}}, parameters.pointers());
  set_grad(parameters[0], {3.0F});
  set_grad(parameters[1], {4.0F});
  ASSERT_TRUE(adan->step().ok());
  EXPECT_EQ(parameters[0].grad().span()[0], 1.5F);  // 3 · 2.5/5
  EXPECT_EQ(parameters[1].grad().span()[0], 2.0F);
  EXPECT_EQ(state_of(*adan, parameters[1], "neg_pre_grad").at(0), -2.0F);
}

TEST(CautiousAdamW, HoldsStillWhereTheMeanDisagreesAndLetsTheOthersGoFurther) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F, 1.0F});
  const auto cautious = make_optimizer(
      "CautiousAdamW",
      {{"lr", 0.5}, {"betas", std::vector{0.5, 0.75}}, {"eps", 0.0}, {"weight_decay", 0.0}},
      {&parameter});
  set_grad(parameter, {1.0F, 1.0F});
  ASSERT_TRUE(cautious->step().ok());
  EXPECT_EQ(values_of(parameter), (std::vector{0.5F, 0.5F}));  // both agree: AdamW's step
  set_grad(parameter, {1.0F, -0.25F});
  ASSERT_TRUE(cautious->step().ok());
  // The second mean is 0.125 against −0.25; one of two moves, so by twice 0.5·1.
  EXPECT_EQ(values_of(parameter), (std::vector{-0.5F, 0.5F}));
  EXPECT_EQ(state_of(*cautious, parameter, "exp_avg"), (std::vector{0.75F, 0.125F}));
}

TEST(Mars, AddsTheChangeOfTheGradientAndShortensTheSum) {
  OneNumber mars("MARS",
                 {{"lr", 0.5},
                  {"betas", std::vector{0.5, 0.75}},
                  {"gamma", 0.5},
                  {"eps", 0.0},
                  {"optimize_1d", true}},
                 1.0F);
  EXPECT_EQ(mars.step(0.25F), 0.5F);  // c = 0.25 + 0.5·(0.25 − 0), m̂ = √v̂ = c
  EXPECT_EQ(mars.state("exp_avg"), 0.1875F);
  EXPECT_EQ(mars.state("last_grad"), 0.25F);
  mars.step(4.0F);                             // c = 4 + 0.5·3.75, longer than 1
  EXPECT_EQ(mars.state("exp_avg"), 0.59375F);  // 0.5·0.1875 + 0.5·1
}

TEST(Mars, TreatsWhatIsNoMatrixAsAdamWWithItsOwnLearningRate) {
  OneNumber mars("MARS", {{"lr", 0.5}, {"lr_1d", 0.25}, {"weight_decay_1d", 0.5}}, 2.0F);
  EXPECT_FLOAT_EQ(mars.step(8.0F), 1.5F);  // 2 − 0.25·(0.5·2 + 8/8)
}

TEST(AdamMini, DividesByTheRootMeanSquareOfABlock) {
  const auto after_step = [](const char* partition, const std::vector<float>& grad) {
    Parameter parameter("w", Tensor({2, 2}));
    const auto mini = make_optimizer("AdamMini",
                                     {{"lr", 0.5},
                                      {"betas", std::vector{0.0, 0.0}},
                                      {"eps", 0.0},
                                      {"partition", std::string(partition)}},
                                     {&parameter});
    set_grad(parameter, grad);
    EXPECT_TRUE(mini->step().ok());
    return values_of(parameter);
  };
  const auto expect_near = [](const std::vector<float>& values, const std::vector<float>& wanted) {
    ASSERT_EQ(values.size(), wanted.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_FLOAT_EQ(values[i], wanted[i]) << i;
  };
  // Rows: √((1 + 49)/2) = 5 and √((4 + 4)/2) = 2.
  expect_near(after_step("rows", {1.0F, 7.0F, 2.0F, -2.0F}), {-0.1F, -0.7F, -0.5F, 0.5F});
  // The whole: √((1 + 49 + 25 + 25)/4) = 5.
  expect_near(after_step("whole", {1.0F, 7.0F, 5.0F, -5.0F}), {-0.1F, -0.7F, -0.5F, 0.5F});
  expect_near(after_step("elements", {1.0F, 7.0F, 2.0F, -2.0F}), {-0.5F, -0.5F, -0.5F, 0.5F});
}

TEST(AdamMini, APartitionIsForGood) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto mini = make_optimizer("AdamMini", {}, {&parameter});
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(mini->set_hyper(0, "partition", std::string("columns")).ok());
  EXPECT_EQ(mini->step().error().message,
            "partition must be one of 'rows', 'whole' or 'elements', instead got columns");
  ASSERT_TRUE(mini->set_hyper(0, "partition", std::string("whole")).ok());
  EXPECT_EQ(mini->step().error().message,
            "partition cannot change once parameters are in their group");
  ASSERT_TRUE(mini->set_hyper(0, "partition", std::string("rows")).ok());
  EXPECT_TRUE(mini->step().ok());
}

const HyperValues kSophia = {{"lr", 0.5},           {"betas", std::vector{0.5, 0.75}},
                             {"rho", 0.5},          {"bs", 8.0},
                             {"weight_decay", 0.0}, {"hessian_interval", 2.0}};

TEST(SophiaG, DividesTheMeanByTheCurvatureAndClips) {
  OneNumber sophia("SophiaG", kSophia, 1.0F);
  EXPECT_EQ(sophia.step(1.0F), 0.75F);  // h = 0.25, m = 0.5, r = 0.5/(0.5·8·0.25)
  EXPECT_EQ(sophia.state("hessian"), 0.25F);
  EXPECT_EQ(sophia.step(1.0F), 0.375F);  // no new h; m = 0.75
  EXPECT_EQ(sophia.state("hessian"), 0.25F);
  EXPECT_EQ(sophia.step(0.0F), 0.125F);          // h = 0.1875, m = 0.375, r = 0.375/0.75
  EXPECT_EQ(sophia.step(-8.0F), 0.125F + 0.5F);  // m = −3.8125, clipped
}

// Gives one number for the gradient of a loss with sampled labels.
class SampledTwo : public Closure {
 public:
  explicit SampledTwo(Parameter& parameter) : parameter_(parameter) {}
  Result<float> evaluate() override { return Error{ErrorCode::kLoop, "", "not asked for", -1}; }
  Result<float> loss() override { return evaluate(); }
  Result<bool> sample_gradient() override {
    set_grad(parameter_, {2.0F});
    return true;
  }

 private:
  Parameter& parameter_;
};

TEST(SophiaG, TakesTheCurvatureFromSampledLabelsAndTheStepFromTheLoop) {
  Parameters parameters;
  Parameter& parameter = parameters.add({1.0F});
  const auto sophia = make_optimizer("SophiaG", kSophia, {&parameter});
  SampledTwo closure(parameter);
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(sophia->step(&closure).ok());
  EXPECT_EQ(state_of(*sophia, parameter, "hessian").at(0), 1.0F);  // 0.25·2²
  EXPECT_EQ(values_of(parameter).at(0), 0.9375F);                  // r = 0.5/(4·1)
  EXPECT_EQ(parameter.grad().span()[0], 1.0F);
  // Without a gradient in the loop the curvature still is, and nothing moves.
  set_grad(parameter, {1.0F});
  ASSERT_TRUE(sophia->step(&closure).ok());
  const float before = values_of(parameter).at(0);
  parameter.drop_grad();
  ASSERT_TRUE(sophia->step(&closure).ok());
  EXPECT_EQ(state_of(*sophia, parameter, "hessian").at(0), 1.75F);
  EXPECT_FALSE(parameter.has_grad());
  EXPECT_EQ(values_of(parameter).at(0), before);
}

// From PyTorch 2.14.1 on another machine, with fused multiply-add: the same to some last bits.
struct MiniTrace {
  std::string_view name;
  HyperValues options;
  std::array<double, 6> expected;  // both elements after steps 1, 2 and 5
};

TEST(EveryOptimizer, AgreesWithPyTorchElsewhere) {
  const std::vector<double> short_betas = {0.8, 0.9};
  const MiniTrace traces[] = {
      {"SGD",
       {{"lr", 0.1}},
       {0.949999988, -1.89999998, 0.974999964, -1.92999995, 0.86499995, -1.87999988}},
      {"SGD",
       {{"lr", 0.1}, {"momentum", 0.9}},
       {0.949999988, -1.89999998, 0.930000007, -1.84000003, 0.754119992, -1.66166008}},
      {"SGD",
       {{"lr", 0.1}, {"momentum", 0.9}, {"dampening", 0.5}},
       {0.949999988, -1.89999998, 0.917499959, -1.82499993, 0.774682403, -1.62607491}},
      {"SGD",
       {{"lr", 0.1}, {"momentum", 0.9}, {"nesterov", true}, {"weight_decay", 0.01}},
       {0.903100014, -1.80620003, 0.907574117, -1.77714825, 0.628246129, -1.54470003}},
      {"SGD",
       {{"lr", 0.1}, {"weight_decay", 0.1}, {"maximize", true}},
       {1.03999996, -2.07999992, 1.00459993, -2.02919984, 1.08456326, -2.01913047}},
      {"Adam", {}, {0.999000013, -1.99899995, 0.998733699, -1.99857211, 0.997578084, -1.99767399}},
      {"Adam",
       {{"lr", 0.1}, {"weight_decay", 0.1}},
       {0.900000036, -1.89999998, 0.854441404, -1.84007037, 0.684636235, -1.67794943}},
      {"Adam",
       {{"lr", 0.1}, {"amsgrad", true}},
       {0.900000036, -1.89999998, 0.873366356, -1.85721517, 0.757813632, -1.76741529}},
      {"AdamW",
       {{"lr", 0.1}},
       {0.899000049, -1.898, 0.871467352, -1.85331726, 0.753378808, -1.75802815}},
      {"AdamW",
       {{"lr", 0.1}, {"weight_decay", 0.1}, {"betas", short_betas}, {"eps", 1e-4}},
       {0.890020013, -1.88001001, 0.859702528, -1.82273328, 0.721645296, -1.68955731}},
      {"Adagrad",
       {{"lr", 0.1}},
       {0.899999976, -1.89999998, 0.944721341, -1.92873478, 0.84015584, -1.89255202}},
      {"Adagrad",
       {{"lr", 0.1}, {"lr_decay", 0.1}, {"initial_accumulator_value", 0.1}},
       {0.915484548, -1.90465379, 0.950870872, -1.9296546, 0.87816149, -1.90540171}},
      {"RMSprop",
       {},
       {0.900000036, -1.89999998, 0.944901347, -1.92886746, 0.839786828, -1.89221692}},
      {"RMSprop",
       {{"lr", 0.1}, {"alpha", 0.9}, {"momentum", 0.9}, {"centered", true}},
       {0.666666746, -1.66666663, 0.515145242, -1.46379519, -0.3283014, -0.894719124}},
      {"Adafactor",
       {{"lr", 0.1}},
       {0.841886103, -1.84188616, 0.93678689, -1.90406644, 0.712862015, -1.84123957}},
      {"Adafactor",
       {{"lr", 0.1}, {"weight_decay", 0.1}},
       {0.831886113, -1.82188618, 0.917420864, -1.86516154, 0.675167382, -1.74941933}},
  };
  const float gradients[5][2] = {
      {0.5F, -1.0F}, {-0.25F, 0.3F}, {0.1F, 0.0F}, {0.0F, 0.2F}, {1.0F, -0.7F}};
  for (const MiniTrace& trace : traces) {
    SCOPED_TRACE(trace.name);
    Parameters parameters;
    Parameter& parameter = parameters.add({1.0F, -2.0F});
    const std::unique_ptr<Optimizer> optimizer =
        make_optimizer(trace.name, trace.options, {&parameter});
    std::size_t expected = 0;
    for (int step = 1; step <= 5; ++step) {
      set_grad(parameter, gradients[step - 1]);
      ASSERT_TRUE(optimizer->step().ok());
      if (step == 3 || step == 4) continue;
      EXPECT_NEAR(parameter.value().span()[0], trace.expected[expected++], 1e-6) << step;
      EXPECT_NEAR(parameter.value().span()[1], trace.expected[expected++], 1e-6) << step;
    }
  }
}

}  // namespace
}  // namespace steplab
