// SPDX-License-Identifier: MIT
#include "steplab/problem/surface_problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snapshot.hpp"

namespace steplab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::unique_ptr<Problem> make(std::string_view formula, std::array<double, 2> start) {
  auto made = make_surface_problem(formula, start);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return std::move(made).value();
}

void move(Parameter& parameter, float value) {
  parameter.mutable_value().fill(value);
  parameter.bump_version();
}

TEST(SurfaceProblem, HasTwoScalars) {
  const auto problem = make("x*y", {0.25, -3});
  const auto parameters = problem->parameters();
  ASSERT_EQ(parameters.size(), 2U);
  EXPECT_EQ(parameters[0]->name(), "x");
  EXPECT_EQ(parameters[1]->name(), "y");
  EXPECT_EQ(parameters[0]->shape(), Shape{});
  EXPECT_THAT(parameters[0]->value().span(), ElementsAre(0.25F));
  EXPECT_THAT(parameters[1]->value().span(), ElementsAre(-3.0F));
  EXPECT_EQ(problem->evaluate(), std::nullopt);
  EXPECT_FALSE(problem->predict({}, {}));
}

TEST(SurfaceProblem, RunsTheLoop) {
  const auto problem = make("x^2 + 3*y", {2, 1});
  EXPECT_EQ(problem->loss(), std::nullopt);
  problem->forward(0);
  EXPECT_EQ(problem->loss(), 7.0F);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(problem->parameters()[0]->grad().span(), ElementsAre(4.0F));
  EXPECT_THAT(problem->parameters()[1]->grad().span(), ElementsAre(3.0F));
  // without zero_grad the next backward adds
  problem->forward(1);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(problem->parameters()[0]->grad().span(), ElementsAre(8.0F));
}

TEST(SurfaceProblem, RaisesWhatPyTorchRaises) {
  const auto problem = make("x^2 + y", {2, 1});
  EXPECT_EQ(problem->backward(false).error().code, ErrorCode::kLoop);
  EXPECT_EQ(problem->backward(false).error().message, "name 'loss' is not defined");

  problem->forward(0);
  ASSERT_TRUE(problem->backward(true).ok());
  ASSERT_TRUE(problem->backward(false).ok());
  const Status again = problem->backward(false);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kAutograd);
  EXPECT_THAT(again.error().message, HasSubstr("backward through the graph a second time"));

  problem->forward(1);
  move(*problem->parameters()[0], 5.0F);
  const Status stale = problem->backward(false);
  ASSERT_FALSE(stale.ok());
  EXPECT_THAT(stale.error().message, HasSubstr("modified by an inplace operation"));
}

TEST(SurfaceProblem, RefusesABrokenFormula) {
  const auto made = make_surface_problem("x +* y", {0, 0});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidFormula);
  EXPECT_EQ(made.error().position, 3);
}

TEST(SurfaceProblem, ComesBackFromAnyInstruction) {
  // gradient descent, saved before every instruction; going on from each gives the same bits
  const auto problem = make("(1-x)^2 + 100*(y-x^2)^2 + sin(x*y)", {-1.5, 2});
  constexpr std::size_t kInstructions = 4;
  constexpr std::size_t kTotal = 10 * kInstructions;
  const auto execute = [&](std::size_t at) {
    switch (at % kInstructions) {
      case 0:
        for (Parameter* parameter : problem->parameters()) parameter->drop_grad();
        break;
      case 1:
        problem->forward(at / kInstructions);
        break;
      case 2:
        ASSERT_TRUE(problem->backward(false).ok());
        break;
      default:
        for (Parameter* parameter : problem->parameters()) {
          move(*parameter, parameter->value().span()[0] - 1e-3F * parameter->grad().span()[0]);
        }
    }
  };
  std::vector<std::vector<std::byte>> snapshots;
  for (std::size_t at = 0; at < kTotal; ++at) {
    snapshots.push_back(save(*problem));
    execute(at);
  }
  const std::vector<std::byte> end = save(*problem);
  const std::optional<float> loss = problem->loss();
  for (std::size_t from = 0; from < kTotal; ++from) {
    restore(*problem, snapshots[from]);
    EXPECT_EQ(save(*problem), snapshots[from]) << from;
    for (std::size_t at = from; at < kTotal; ++at) execute(at);
    EXPECT_EQ(save(*problem), end) << from;
    EXPECT_EQ(problem->loss(), loss);
  }
}

}  // namespace
}  // namespace steplab
