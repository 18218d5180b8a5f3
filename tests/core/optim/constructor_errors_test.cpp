// SPDX-License-Identifier: MIT
// What torch.optim's constructors raise, word for word (texts printed by PyTorch 2.13.0 when given
// these numbers as floats), what those of references beyond it do, and where in the document:
// section 1.9 of our reference notes, each class a row. One text cannot arise: "betas must be
// either both floats or both Tensors" is Adam's and AdamW's for an integer beta, and a document's 0
// and 0.0 are the same number. Those about `fused`, `foreach`, `differentiable` and lr as a tensor
// are of options that choose PyTorch's implementation, which there is none of here.
#include <limits>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kNone = kNan;  // within a tuple

struct Refusal {
  std::string_view optimizer;
  HyperValues options;
  std::string_view path;
  std::string_view message;
};

void expect_refused(std::span<const Refusal> refusals) {
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(std::string(refusal.optimizer) + ": " + std::string(refusal.message));
    const auto made = find_optimizer(refusal.optimizer)->create(refusal.options);
    ASSERT_FALSE(made.ok()) << refusal.optimizer;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidHyperParameter);
    EXPECT_EQ(made.error().message, refusal.message);
    EXPECT_EQ(made.error().path, refusal.path);
  }
}

TEST(ConstructorErrors, ArePyTorchsWordForWord) {
  const auto betas = [](double first, double second) {
    return HyperValues{{"betas", std::vector<double>{first, second}}};
  };
  const auto eps = [](double first, double second) {
    return HyperValues{{"eps", std::vector<double>{first, second}}};
  };
  const auto etas = [](double shrinking, double growing) {
    return HyperValues{{"etas", std::vector<double>{shrinking, growing}}};
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
      {"Adafactor", {{"lr", -1.0}}, "/lr", "Learning rate should be >= 0 but is: -1.0"},
      {"Adafactor", {{"lr", kNan}}, "/lr", "Learning rate should be >= 0 but is: nan"},
      {"Adafactor",
       {{"beta2_decay", 0.5}},
       "/beta2_decay",
       "beta2_decay should be <= 0 but is: 0.5"},
      {"Adafactor", eps(-1.0, 1e-3), "/eps", "epsilon1 should be >= 0 but is: -1.0"},
      {"Adafactor", eps(kNone, -1.0), "/eps", "epsilon2 should be >= 0 but is: -1.0"},
      {"Adafactor", eps(kNone, kNone), "/eps",
       "'<=' not supported between instances of 'float' and 'NoneType'"},
      {"Adafactor", {{"d", 0.5}}, "/d", "Clipping threshold d should be >= 1 but is: 0.5"},
      {"Adafactor",
       {{"weight_decay", -1.0}},
       "/weight_decay",
       "weight_decay should be >= 0 but is: -1.0"},
      {"Muon", {{"lr", -1.0}}, "/lr", "Learning rate should be >= 0 but is: -1.0"},
      {"Muon", {{"momentum", -0.5}}, "/momentum", "momentum should be >= 0 but is: -0.5"},
      {"Muon",
       {{"weight_decay", -0.1}},
       "/weight_decay",
       "weight decay should be >= 0 but is: -0.1"},
      {"Muon",
       {{"adjust_lr_fn", std::string("arbitrary")}},
       "/adjust_lr_fn",
       "Adjust learning rate function arbitrary is not supported"},
      {"LBFGS", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"LBFGS",
       {{"history_size", 1e6}},
       "/history_size",
       "history_size must be at most 10000, got 1000000"},
      {"Adadelta", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"Adadelta", {{"rho", 1.5}}, "/rho", "Invalid rho value: 1.5"},
      {"Adadelta", {{"rho", -0.5}}, "/rho", "Invalid rho value: -0.5"},
      {"Adadelta", {{"rho", kNan}}, "/rho", "Invalid rho value: nan"},
      {"Adadelta", {{"eps", -1.0}}, "/eps", "Invalid epsilon value: -1.0"},
      {"Adadelta", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
      {"NAdam",
       {{"momentum_decay", -0.5}},
       "/momentum_decay",
       "Invalid momentum_decay value: -0.5"},
      {"NAdam", {{"momentum_decay", kNan}}, "/momentum_decay", "Invalid momentum_decay value: nan"},
      {"Rprop", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"Rprop", etas(0.0, 1.2), "/etas", "Invalid eta values: 0.0, 1.2"},
      {"Rprop", etas(0.5, 1.0), "/etas", "Invalid eta values: 0.5, 1.0"},
      {"Rprop", etas(1.0, 1.2), "/etas", "Invalid eta values: 1.0, 1.2"},
      {"Rprop", etas(-0.5, 1.2), "/etas", "Invalid eta values: -0.5, 1.2"},
      {"ASGD", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"ASGD", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
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
  expect_refused(refusals);
}

TEST(ConstructorErrors, BeyondTorchOptimAreTheReferences) {
  const auto betas = [](double first, double second) {
    return HyperValues{{"betas", std::vector<double>{first, second}}};
  };
  const Refusal refusals[] = {
      {"Adan",
       {{"max_grad_norm", -1.0}, {"lr", -1.0}},
       "/max_grad_norm",
       "Invalid Max grad norm: -1.0"},
      {"Adan", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"CautiousAdamW", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"CautiousAdamW", {{"eps", -1.0}}, "/eps", "Invalid epsilon value: -1.0"},
      {"CautiousAdamW", betas(1.0, 0.9), "/betas", "Invalid beta parameter at index 0: 1.0"},
      {"MARS", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"MARS", {{"lr", 0.0}}, "/lr", "ZeroDivisionError: float division by zero"},
      {"MARS", {{"eps", kNan}}, "/eps", "Invalid epsilon value: nan"},
      {"MARS", betas(0.9, 1.0), "/betas", "Invalid beta parameter at index 1: 1.0"},
      {"AdamMini", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"AdamMini", betas(-0.5, 0.9), "/betas", "Invalid beta parameter at index 0: -0.5"},
      {"AdamMini", {{"weight_decay", -0.1}}, "/weight_decay", "Invalid weight_decay value: -0.1"},
      {"AdamMini",
       {{"partition", std::monostate()}},
       "/partition",
       "partition must be one of 'rows', 'whole' or 'elements', instead got None"},
      {"SophiaG", {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
      {"SophiaG", betas(0.9, 1.0), "/betas", "Invalid beta parameter at index 1: 1.0"},
      {"SophiaG", {{"rho", -0.5}}, "/rho", "Invalid rho parameter at index 1: -0.5"},
      {"SophiaG", {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
      {"SophiaG",
       {{"hessian_interval", 2.5}},
       "/hessian_interval",
       "Expected positive integer hessian_interval, but got 2.5"},
  };
  expect_refused(refusals);
  // What they leave unchecked.
  make_optimizer("CautiousAdamW", {{"weight_decay", -1.0}});
  make_optimizer("AdamMini", {{"eps", -1.0}});
  make_optimizer("MARS",
                 {{"gamma", -1.0}, {"weight_decay", -1.0}, {"betas_1d", std::vector{2.0, 3.0}}});
  make_optimizer("SophiaG", {{"bs", -1.0}});
}

// "Adamax, NAdam, RAdam: as Adam", and Adam and AdamW themselves, NaN included.
TEST(ConstructorErrors, AdamsRelativesHaveAdamsTexts) {
  const auto betas = [](double first, double second) {
    return HyperValues{{"betas", std::vector<double>{first, second}}};
  };
  for (const std::string_view name : {"Adam", "AdamW", "Adamax", "NAdam", "RAdam"}) {
    const Refusal refusals[] = {
        {name, {{"lr", -1.0}}, "/lr", "Invalid learning rate: -1.0"},
        {name, {{"lr", kNan}}, "/lr", "Invalid learning rate: nan"},
        {name, {{"eps", -1.0}}, "/eps", "Invalid epsilon value: -1.0"},
        {name, betas(1.0, 0.9), "/betas", "Invalid beta parameter at index 0: 1.0"},
        {name, betas(0.9, 1.0), "/betas", "Invalid beta parameter at index 1: 1.0"},
        {name, betas(0.9, -0.1), "/betas", "Invalid beta parameter at index 1: -0.1"},
        {name, {{"weight_decay", -1.0}}, "/weight_decay", "Invalid weight_decay value: -1.0"},
        {name, {{"weight_decay", kNan}}, "/weight_decay", "Invalid weight_decay value: nan"},
    };
    expect_refused(refusals);
  }
}

TEST(ConstructorErrors, NothingThatPyTorchAcceptsIsRefused) {
  // SGD tests `x < 0.0`, which NaN is not; alpha and momentum have no upper bound.
  make_optimizer("SGD", {{"lr", kNan}});
  make_optimizer("SGD", {{"momentum", 1.5}, {"dampening", -1.0}});
  make_optimizer("RMSprop", {{"alpha", 1.5}});
  make_optimizer("Adadelta", {{"rho", 1.0}});
  make_optimizer("Rprop", {{"step_sizes", std::vector{5.0, -3.0}}});
  make_optimizer("ASGD", {{"lambd", -1.0}, {"alpha", -1.0}, {"t0", -1.0}});
  for (const std::string_view name : {"Adamax", "NAdam", "RAdam"}) {
    make_optimizer(name, {{"betas", std::vector{0.0, 0.5}}});
  }
  make_optimizer("Adam", {{"lr", 0.0}, {"eps", 0.0}, {"betas", std::vector{0.0, 0.0}}});
  make_optimizer("Adafactor", {{"lr", 5.0}, {"eps", std::vector{kNone, 0.0}}});
  make_optimizer("Muon", {{"momentum", 1.5}, {"ns_steps", 1000.0}});
  make_optimizer("LBFGS", {{"line_search_fn", std::string("armijo")}, {"max_iter", -1.0}});
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
  EXPECT_EQ(message_of("Adam", {{"betas", std::vector{kNone, 0.9}}}),
            "betas must be a tuple of 2 numbers, got (None, 0.9)");
  EXPECT_EQ(message_of("Adafactor", {{"eps", 0.1}}),
            "eps must be a tuple of 2 numbers or None, got 0.1");
  EXPECT_EQ(message_of("LBFGS", {{"line_search_fn", 1.0}}),
            "line_search_fn must be a name or None, got 1.0");
}

}  // namespace
}  // namespace steplab
