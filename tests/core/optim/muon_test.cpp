// SPDX-License-Identifier: MIT
// What Muon refuses and raises, and the numbers that it rounds to.
#include <cmath>

#include "core/optim/fixtures.hpp"

namespace steplab {
namespace {

Parameter matrix(std::vector<float> values, std::size_t columns) {
  return {"w", Tensor({values.size() / columns, columns}, values)};
}

TEST(Muon, TakesMatricesOnly) {
  const auto message_of = [](const Shape& shape) {
    Parameter parameter("w", Tensor(shape));
    const Status status = make_optimizer("Muon")->add_param_group({&parameter}, {});
    return status.ok() ? std::string() : status.error().message;
  };
  const std::string text =
      "Muon only supports 2D parameters whereas we found a parameter with size: ";
  EXPECT_EQ(message_of({3}), text + "torch.Size([3])");
  EXPECT_EQ(message_of({}), text + "torch.Size([])");
  EXPECT_EQ(message_of({2, 3, 4}), text + "torch.Size([2, 3, 4])");
  EXPECT_EQ(message_of({2, 3}), "");
}

TEST(Muon, RaisesInAStepWhatPyTorchRaises) {
  const auto message_of = [](const HyperValues& options) {
    Parameter parameter = matrix({1.0F, 2.0F}, 2);
    const auto muon = make_optimizer("Muon", options, {&parameter});
    set_grad(parameter, {1.0F, 1.0F});
    const Status status = muon->step();
    return status.ok() ? std::string() : status.error().message;
  };
  EXPECT_EQ(message_of({{"ns_steps", 100.0}}),
            "Number of steps must be less than 100 for computational efficiency");
  EXPECT_EQ(message_of({{"ns_steps", 2.5}}), "'float' object cannot be interpreted as an integer");
  EXPECT_EQ(message_of({{"ns_steps", 99.0}}), "");
  EXPECT_EQ(message_of({{"ns_steps", -3.0}}), "");
}

TEST(Muon, AGroupsUnknownAdjustmentAdjustsNothing) {
  // A tall matrix, whose step the constructor's adjustments would change.
  const std::vector<float> start(8, 0.0F);
  std::vector<std::vector<float>> ends;
  for (const char* name : {"original", "none of them"}) {
    Parameter parameter = matrix(start, 1);
    const auto muon = make_optimizer("Muon", {{"lr", 1.0}}, {&parameter});
    ASSERT_TRUE(muon->set_hyper(0, "adjust_lr_fn", std::string(name)).ok());
    set_grad(parameter, {1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F, 1.0F});
    ASSERT_TRUE(muon->step().ok());
    ends.push_back(values_of(parameter));
  }
  EXPECT_FLOAT_EQ(ends[0][0], ends[1][0] * std::sqrt(8.0F));
}

TEST(Muon, TheDirectionIsInBfloat16) {
  Parameter parameter = matrix({0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F}, 3);
  const auto muon = make_optimizer("Muon", {{"lr", 1.0}, {"weight_decay", 0.0}}, {&parameter});
  set_grad(parameter, {0.3F, -1.7F, 0.11F, 2.3F, 0.9F, -0.77F});
  ASSERT_TRUE(muon->step().ok());
  for (const float value : values_of(parameter)) {
    int exponent = 0;
    const float mantissa = std::frexp(value, &exponent) * 256.0F;  // eight bits
    EXPECT_EQ(mantissa, std::round(mantissa)) << value;
    EXPECT_LT(std::fabs(value), 1.5F);
  }
}

TEST(Muon, AMatrixOfZerosHasNoDirection) {
  Parameter parameter = matrix({1.0F, 2.0F, 3.0F, 4.0F}, 2);
  const auto muon = make_optimizer("Muon", {{"lr", 0.5}, {"weight_decay", 0.5}}, {&parameter});
  set_grad(parameter, {0.0F, 0.0F, 0.0F, 0.0F});
  ASSERT_TRUE(muon->step().ok());
  EXPECT_EQ(values_of(parameter), (std::vector<float>{0.75F, 1.5F, 2.25F, 3.0F}));
}

// From PyTorch 2.14.1 on another machine, with fused multiply-add.
TEST(MatrixOptimizers, AgreeWithPyTorchElsewhere) {
  struct MiniTrace {
    std::string_view name;
    std::array<std::array<double, 6>, 2> after;
    double tolerance;
  };
  const MiniTrace traces[] = {
      {"Muon",
       {{{0.943906248, -1.91671872, 0.502275407, -0.0558593757, 0.96919924, 3.0633595},
         {0.961810946, -1.80184841, 0.471862048, -0.127957031, 0.972593248, 3.03135896}}},
       1e-6},
      {"Adafactor",
       {{{0.851491928, -1.85493815, 0.432269901, -0.0661588758, 0.903064489, 3.30173087},
         {0.912958682, -1.88795924, 0.432269901, -0.317416072, 1.03804457, 3.14980507}}},
       1e-6},
  };
  const std::vector<float> gradients[2] = {{0.5F, -1.0F, 0.2F, 0.1F, 0.3F, -0.4F},
                                           {-0.2F, 0.1F, 0.0F, 1.0F, -0.5F, 0.25F}};
  for (const MiniTrace& trace : traces) {
    SCOPED_TRACE(trace.name);
    Parameter parameter = matrix({1.0F, -2.0F, 0.5F, 0.0F, 1.0F, 3.0F}, 3);
    const auto optimizer = make_optimizer(trace.name, {{"lr", 0.1}}, {&parameter});
    for (std::size_t step = 0; step < 2; ++step) {
      set_grad(parameter, gradients[step]);
      ASSERT_TRUE(optimizer->step().ok());
      for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(parameter.value().span()[i], trace.after[step][i], trace.tolerance);
      }
    }
  }
}

}  // namespace
}  // namespace steplab
