// SPDX-License-Identifier: MIT
#include "steplab/analysis/curvature.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "steplab/session/session.hpp"

namespace steplab {
namespace {

std::optional<double> sharpness(const Experiment& experiment,
                                const std::vector<std::vector<float>>& at) {
  Curvature curvature(experiment, at);
  while (curvature.advance(7)) {
  }
  return curvature.largest_eigenvalue();
}

std::optional<double> of_surface(const std::string& formula, float x, float y) {
  auto experiment =
      parse_experiment(R"({"version": 1, "problem": {"kind": "surface", "formula": ")" + formula +
                       R"("}, "runs": [{"optimizer": {"name": "SGD"}}]})");
  return sharpness(experiment.value(), {{x}, {y}});
}

TEST(CurvatureTest, IsTheLargestEigenvalueOfQuadratics) {
  EXPECT_NEAR(of_surface("x^2 + 10*y^2", 1.0F, 2.0F).value(), 20.0, 1e-3);
  // Eigenvalues of [[2, 1], [1, 2]] are 3 and 1.
  EXPECT_NEAR(of_surface("x^2 + x*y + y^2", -3.0F, 0.5F).value(), 3.0, 1e-3);
}

TEST(CurvatureTest, IsTheUpwardBendEvenBesideASteeperDownwardOne) {
  EXPECT_NEAR(of_surface("x^2 - 30*y^2", 1.0F, 1.0F).value(), 2.0, 1e-2);
}

TEST(CurvatureTest, IsThatOfThePoint) {
  // d²/dy² of 100 (y - x²)² and the rest at (1, 1): the Hessian is [[802, -400], [-400, 200]].
  const double expected = 501.0 + std::sqrt(301.0 * 301.0 + 400.0 * 400.0);
  EXPECT_NEAR(of_surface("(1-x)^2 + 100*(y-x^2)^2", 1.0F, 1.0F).value(), expected, 0.5);
}

TEST(CurvatureTest, IsMissingWhereNothingBendsUpwards) {
  EXPECT_FALSE(of_surface("3*x - y", 1.0F, 1.0F).has_value());
  EXPECT_FALSE(of_surface("0 - x^2 - y^2", 1.0F, 1.0F).has_value());
}

// Above 2/λ gradient descent on a quadratic leaves; below it stays.
TEST(CurvatureTest, SaysWhichLearningRatesStay) {
  const double limit = 2.0 / of_surface("x^2 + 3*x*y + 8*y^2", 1.0F, 2.0F).value();
  for (const double factor : {0.98, 1.02}) {
    auto experiment = parse_experiment(
        R"({"version": 1, "steps": 2000, "problem": {"kind": "surface",
            "formula": "x^2 + 3*x*y + 8*y^2", "start": [1, 2]},
            "runs": [{"optimizer": {"name": "SGD", "lr": )" +
        std::to_string(factor * limit) + "}}]}");
    auto session = Session::create(experiment.value());
    ASSERT_TRUE(session);
    (*session)->advance(2000);
    const float loss = (*session)->run(0).loss.value_or(0.0F);
    EXPECT_EQ(factor < 1.0, std::isfinite(loss) && loss < 1.0F) << loss;
  }
}

TEST(CurvatureTest, OfAModelIsThatOfItsTrainingLoss) {
  auto experiment = parse_experiment(
      R"({"version": 1, "problem": {"kind": "task", "data": {"name": "moons", "samples": 100},
          "model": {"hidden": [4], "activation": "tanh"}, "batch_size": 80},
          "runs": [{"optimizer": {"name": "SGD"}}]})");
  auto session = Session::create(experiment.value());
  ASSERT_TRUE(session);
  std::vector<std::vector<float>> at;
  const RunView run = (*session)->run(0);
  for (const ParameterView& view : run.parameters) {
    const auto value = view.parameter->value().span();
    at.emplace_back(value.begin(), value.end());
  }
  const double large = sharpness(experiment.value(), at).value();
  EXPECT_GT(large, 0.01);
  EXPECT_LT(large, 100.0);
}

}  // namespace
}  // namespace steplab
