// SPDX-License-Identifier: MIT
// What torch.optim's constructors raise, word for word (texts printed by PyTorch 2.13.0 when given
// these numbers as floats), and where in the document.
#include <limits>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Refusal {
  std::string_view optimizer;
  HyperValues options;
  std::string_view path;
  std::string_view message;
};

TEST(ConstructorErrors, ArePyTorchsWordForWord) {
  const auto betas = [](double first, double second) {
    return HyperValues{{"betas", std::vector<double>{first, second}}};
  };
  const std::string_view nesterov = "Nesterov momentum requires a momentum and zero dampening";
  const Refusal refusals[] = {
      {"SGD", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"SGD", {{"lr", -1e-5}}, "/lr", "Invalid learning rate: -1e-05"},
      {"SGD", {{"lr", -1e16}}, "/lr", "Invalid learning rate: -1e+16"},
      {"SGD", {{"momentum", -0.5}}, "/momentum", "Invalid momentum value: -0.5"},
      {"SGD", {{"weight_decay", -1e-3}}, "/weight_decay", "Invalid weight_decay value: -0.001"},
      {"SGD", {{"nesterov", true}}, "/nesterov", nesterov},
      {"SGD", {{"nesterov", true}, {"momentum", 0.9}, {"dampening", 0.5}}, "/nesterov", nesterov},
      {"SGD", {{"momentum", -0.5}, {"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"Adam", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"Adam", {{"lr", kNan}}, "/lr", "Invalid learning rate: nan"},
      {"Adam", {{"eps", -1e-30}}, "/eps", "Invalid epsilon value: -1e-30"},
      {"Adam", betas(1.0, 0.0), "/betas", "Invalid beta parameter at index 0: 1.0"},
      {"Adam", betas(0.0, 1.0), "/betas", "Invalid beta parameter at index 1: 1.0"},
      {"Adam", betas(0.9, -0.1), "/betas", "Invalid beta parameter at index 1: -0.1"},
      {"Adam", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
      {"AdamW", {{"lr", -1.5}}, "/lr", "Invalid learning rate: -1.5"},
      {"AdamW", {{"eps", -1.0}}, "/eps", "Invalid epsilon value: -1.0"},
      {"AdamW", betas(1.5, 0.9), "/betas", "Invalid beta parameter at index 0: 1.5"},
      {"AdamW", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
      {"RMSprop", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"RMSprop", {{"eps", -1.0}}, "/eps", "Invalid epsilon value: -1.0"},
      {"RMSprop", {{"momentum", -1.0}}, "/momentum", "Invalid momentum value: -1.0"},
      {"RMSprop", {{"weight_decay", -0.25}}, "/weight_decay", "Invalid weight_decay value: -0.25"},
      {"RMSprop", {{"alpha", -0.5}}, "/alpha", "Invalid alpha value: -0.5"},
      {"Adagrad", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"Adagrad", {{"lr_decay", -0.5}}, "/lr_decay", "Invalid lr_decay value: -0.5"},
      {"Adagrad", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
      {"Adagrad",
       {{"initial_accumulator_value", -0.1}},
       "/initial_accumulator_value",
       "Invalid initial_accumulator_value value: -0.1"},
      {"Adagrad", {{"eps", -1e-9}}, "/eps", "Invalid epsilon value: -1e-09"},
      {"SparseAdam", {{"lr", 0.0}}, "/lr", "Invalid learning rate: 0.0"},
      {"SparseAdam", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"SparseAdam", {{"lr", kNan}}, "/lr", "Invalid learning rate: nan"},
      {"SparseAdam", {{"eps", 0.0}}, "/eps", "Invalid epsilon value: 0.0"},
      {"SparseAdam",
       {{"betas", std::vector{1.0, 0.9}}},
       "/betas",
       "Invalid beta parameter at index 0: 1.0"},
      {"SparseAdam",
       {{"betas", std::vector{0.9, -0.1}}},
       "/betas",
       "Invalid beta parameter at index 1: -0.1"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.message);
    const auto made = find_optimizer(refusal.optimizer)->create(refusal.options);
    ASSERT_FALSE(made.ok()) << refusal.optimizer;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidHyperParameter);
    EXPECT_EQ(made.error().message, refusal.message);
    EXPECT_EQ(made.error().path, refusal.path);
  }
}

TEST(ConstructorErrors, NothingThatPyTorchAcceptsIsRefused) {
  // SGD tests `x < 0.0`, which NaN is not; alpha and momentum have no upper bound.
  make_optimizer("SGD", {{"lr", kNan}});
  make_optimizer("SGD", {{"momentum", 1.5}, {"dampening", -1.0}});
  make_optimizer("RMSprop", {{"alpha", 1.5}});
  make_optimizer("Adam", {{"lr", 0.0}, {"eps", 0.0}, {"betas", std::vector{0.0, 0.0}}});
}

TEST(ConstructorErrors, UnknownNamesAreAnsweredWithTheKnownOnes) {
  const auto made = find_optimizer("RMSprop")->create({{"beta/s~", 1.0}});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().path, "/beta~1s~0");
  EXPECT_EQ(made.error().message,
            "RMSprop has no hyper-parameter 'beta/s~'; it has lr, alpha, eps, weight_decay, "
            "momentum, centered, maximize");
}

TEST(ConstructorErrors, TypesAreChecked) {
  const auto message_of = [](std::string_view name, const HyperValues& options) {
    const auto made = find_optimizer(name)->create(options);
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_EQ(message_of("SGD", {{"lr", std::string("fast")}}), "lr must be a number, got 'fast'");
  EXPECT_EQ(message_of("SGD", {{"lr", true}}), "lr must be a number, got True");
  EXPECT_EQ(message_of("SGD", {{"lr", std::monostate()}}), "lr must be a number, got None");
  EXPECT_EQ(message_of("SGD", {{"nesterov", 1.0}}), "nesterov must be True or False, got 1.0");
  EXPECT_EQ(message_of("Adam", {{"betas", 0.9}}), "betas must be a tuple of 2 numbers, got 0.9");
  EXPECT_EQ(message_of("Adam", {{"betas", std::vector{0.9}}}),
            "betas must be a tuple of 2 numbers, got (0.9,)");
}

}  // namespace
}  // namespace steplab
