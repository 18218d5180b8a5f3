// SPDX-License-Identifier: MIT
#include "steplab/problem/recorded_problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snapshot.hpp"

namespace steplab {
namespace {

using ::testing::ElementsAre;

std::vector<Parameter> two_parameters() {
  std::vector<Parameter> parameters;
  parameters.emplace_back("w", Tensor({2}, std::vector<float>{1, 2}));
  parameters.emplace_back("b", Tensor({}, std::vector<float>{3}));
  return parameters;
}

std::unique_ptr<Problem> make() {
  auto made = make_recorded_problem(two_parameters(), {{std::vector<float>{0.5F, -1}, std::nullopt},
                                                       {std::nullopt, std::vector<float>{4}}});
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

TEST(RecordedProblem, AddsWhatWasRecorded) {
  const auto problem = make();
  const auto parameters = problem->parameters();
  EXPECT_EQ(problem->backward(false).error().message, "name 'loss' is not defined");
  EXPECT_EQ(problem->backward(false).error().code, ErrorCode::kLoop);
  problem->forward(0);
  EXPECT_EQ(problem->loss(), std::nullopt);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(parameters[0]->grad().span(), ElementsAre(0.5F, -1.0F));
  EXPECT_FALSE(parameters[1]->has_grad());

  problem->forward(1);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(parameters[1]->grad().span(), ElementsAre(4.0F));

  // past the end it begins again, and gradients accumulate
  problem->forward(2);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(parameters[0]->grad().span(), ElementsAre(1.0F, -2.0F));
}

TEST(RecordedProblem, StartsAfreshAfterNone) {
  const auto problem = make();
  problem->forward(0);
  ASSERT_TRUE(problem->backward(false).ok());
  problem->parameters()[0]->drop_grad();
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_THAT(problem->parameters()[0]->grad().span(), ElementsAre(0.5F, -1.0F));
}

TEST(RecordedProblem, LeavesTheFrozenAlone) {
  const auto problem = make();
  problem->parameters()[0]->set_requires_grad(false);
  problem->forward(0);
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_FALSE(problem->parameters()[0]->has_grad());
}

TEST(RecordedProblem, RestoresItsPlace) {
  const auto problem = make();
  problem->forward(1);
  std::vector<std::byte> snapshot = save(*problem);
  problem->forward(0);
  ASSERT_TRUE(problem->backward(false).ok());
  restore(*problem, snapshot);
  EXPECT_FALSE(problem->parameters()[0]->has_grad());
  ASSERT_TRUE(problem->backward(false).ok());
  EXPECT_FALSE(problem->parameters()[0]->has_grad());
  EXPECT_THAT(problem->parameters()[1]->grad().span(), ElementsAre(4.0F));
}

TEST(RecordedProblem, RefusesGradientsThatDoNotFit) {
  const auto message = [](RecordedGradients gradients) {
    const auto made = make_recorded_problem(two_parameters(), std::move(gradients));
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_EQ(message({}), "recorded gradients need at least one step");
  EXPECT_EQ(message({{std::nullopt}}), "step 0 has gradients for 1 parameters, expected 2");
  EXPECT_EQ(message({{std::nullopt, std::nullopt}, {std::vector<float>{1, 2, 3}, std::nullopt}}),
            "step 1: the gradient of \"w\" has 3 elements, its shape is [2]");
}

}  // namespace
}  // namespace steplab
