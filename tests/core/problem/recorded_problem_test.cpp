// SPDX-License-Identifier: MIT
#include "steplab/problem/recorded_problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "snapshot.hpp"
#include "support/golden.hpp"

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

using golden::Json;

RecordedGradient gradient_from(const Json& tensor) {
  if (tensor.IsString()) return golden::floats_from(tensor);
  RecordedRows slices;
  for (const Json& row : tensor["rows"].GetArray()) slices.rows.push_back(row.GetUint());
  slices.values = golden::floats_from(tensor["values"]);
  return slices;
}

RecordedGradient gradient_of(const Parameter& parameter) {
  const std::span<const float> sum = parameter.grad().span();
  if (!parameter.has_sparse_grad()) return std::vector<float>(sum.begin(), sum.end());
  const RowSlices slices = parameter.sparse_grad();
  return RecordedRows{{slices.rows.begin(), slices.rows.end()},
                      {slices.values.begin(), slices.values.end()}};
}

// scripts/goldens/sparse_traces.py: what `.grad` was in PyTorch after each backward.
TEST(RecordedProblem, AccumulatesSparseAndDenseGradientsAsPyTorchDoes) {
  const rapidjson::Document recorded = golden::load("optim/sparse_operations.json");
  ASSERT_GE(recorded["accumulated"].Size(), 16U);
  for (const Json& entry : recorded["accumulated"].GetArray()) {
    SCOPED_TRACE(entry["layouts"].GetString());
    Shape shape;
    for (const Json& size : entry["shape"].GetArray()) shape.push_back(size.GetUint());
    RecordedGradients gradients;
    for (const Json& backward : entry["backwards"].GetArray()) {
      auto& step = gradients.emplace_back(1);
      if (!backward["added"].IsNull()) step[0] = gradient_from(backward["added"]);
    }
    std::vector<Parameter> parameters;
    parameters.emplace_back("w", Tensor(shape));
    auto problem = make_recorded_problem(std::move(parameters), gradients);
    ASSERT_TRUE(problem.ok()) << problem.error().message;
    Parameter& parameter = *(*problem)->parameters()[0];
    for (unsigned step = 0; step < gradients.size(); ++step) {
      const Json& backward = entry["backwards"][step];
      if (backward["added"].IsNull()) parameter.set_sparse_grad({});  // zero_grad(False)
      (*problem)->forward(step);
      ASSERT_TRUE((*problem)->backward(false).ok());
      ASSERT_TRUE(parameter.has_grad());
      EXPECT_EQ(gradient_of(parameter), gradient_from(backward["grad"])) << "step " << step;
    }
  }
}

TEST(RecordedProblem, ComesBackToASparseGradient) {
  std::vector<Parameter> parameters;
  parameters.emplace_back("w", Tensor({3}));
  const RecordedRows first{{2, 0, 2}, {1, 2, 3}};
  auto problem =
      make_recorded_problem(std::move(parameters), {{first}, {std::vector<float>{1, 1, 1}}});
  ASSERT_TRUE(problem.ok());
  Parameter& parameter = *(*problem)->parameters()[0];
  (*problem)->forward(0);
  ASSERT_TRUE((*problem)->backward(false).ok());
  std::vector<std::byte> saved = save(**problem);
  (*problem)->forward(1);
  ASSERT_TRUE((*problem)->backward(false).ok());
  EXPECT_FALSE(parameter.has_sparse_grad());
  restore(**problem, saved);
  EXPECT_EQ(gradient_of(parameter), RecordedGradient(first));
  EXPECT_THAT(parameter.grad().span(), ElementsAre(2, 0, 4));
}

TEST(RecordedProblem, RefusesRowsThatDoNotFit) {
  const auto message = [](const RecordedRows& slices, std::size_t parameter) {
    RecordedGradients gradients = {{std::nullopt, std::nullopt}};
    gradients[0][parameter] = slices;
    return make_recorded_problem(two_parameters(), gradients).error().message;
  };
  EXPECT_EQ(message({{2}, {1}}, 0), "step 0: the gradient of \"w\" has row 2, its shape is [2]");
  EXPECT_EQ(message({{1}, {1, 2}}, 0),
            "step 0: the gradient of \"w\" has 2 elements in 1 rows, its shape is [2]");
  EXPECT_EQ(message({{}, {}}, 1), "step 0: the gradient of \"b\" has rows, its shape is []");
}

}  // namespace
}  // namespace steplab
