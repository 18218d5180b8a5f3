// SPDX-License-Identifier: MIT
#include "steplab/problem/surfaces.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "steplab/problem/surface_problem.hpp"

namespace steplab {
namespace {

TEST(SurfaceRegistry, HasTheNamedOnes) {
  std::set<std::string_view> names;
  for (const SurfaceInfo& surface : surface_registry()) {
    EXPECT_TRUE(names.insert(surface.name).second) << surface.name << " is there twice";
    EXPECT_EQ(find_surface(surface.name), &surface);
#ifndef __EMSCRIPTEN__  // which carries no texts
    for (const std::string_view text : {surface.title, surface.lesson, surface.source}) {
      EXPECT_FALSE(text.empty()) << surface.name;
    }
#endif
  }
  EXPECT_GE(names.size(), 12U);
  for (const char* name : {"rosenbrock", "beale", "himmelblau", "booth", "rastrigin", "ackley",
                           "ravine", "saddle", "plateau", "bowl", "valley", "styblinski_tang"}) {
    EXPECT_TRUE(names.count(name) == 1) << name;
  }
  EXPECT_EQ(find_surface("rosenbrok"), nullptr);
}

class Surface : public ::testing::TestWithParam<const SurfaceInfo*> {};

TEST_P(Surface, StartsInsideItsView) {
  const SurfaceInfo& surface = *GetParam();
  EXPECT_GT(surface.start[0], surface.view[0]);
  EXPECT_LT(surface.start[0], surface.view[1]);
  EXPECT_GT(surface.start[1], surface.view[2]);
  EXPECT_LT(surface.start[1], surface.view[3]);
}

TEST_P(Surface, IsFlatAndMinimalAtItsMinimisers) {
  const SurfaceInfo& surface = *GetParam();
  EXPECT_FALSE(surface.minimisers.empty());
  for (const std::array<double, 2>& minimiser : surface.minimisers) {
    EXPECT_TRUE(minimiser[0] > surface.view[0] && minimiser[0] < surface.view[1]);
    EXPECT_TRUE(minimiser[1] > surface.view[2] && minimiser[1] < surface.view[3]);
    auto problem = make_surface_problem(surface.formula, minimiser);
    ASSERT_TRUE(problem.ok()) << problem.error().message;
    (*problem)->forward(0);
    EXPECT_NEAR(*(*problem)->loss(), surface.minimum, 1e-4);
    // Ackley's hole has no gradient in its centre: the slope of sqrt at 0 times 0
    if (surface.name == "ackley") continue;
    ASSERT_TRUE((*problem)->backward(false).ok());
    for (const Parameter* parameter : (*problem)->parameters()) {
      EXPECT_NEAR(parameter->grad().span()[0], 0.0F, 1e-3F) << parameter->name();
    }
  }
}

TEST_P(Surface, HasNoLowerPointInItsView) {
  const SurfaceInfo& surface = *GetParam();
  constexpr std::size_t kSide = 161;
  std::vector<float> values(kSide * kSide);
  ASSERT_TRUE(evaluate_surface(surface.formula, surface.view, kSide, kSide, values).ok());
  for (const float value : values) {
    ASSERT_TRUE(std::isfinite(value));
    ASSERT_GE(value, surface.minimum - 1e-4);
  }
}

TEST_P(Surface, IsSteepEnoughAtItsStart) {
  // a start from which nothing moves would teach nothing
  const SurfaceInfo& surface = *GetParam();
  auto problem = make_surface_problem(surface.formula, surface.start);
  ASSERT_TRUE(problem.ok());
  (*problem)->forward(0);
  ASSERT_TRUE((*problem)->backward(false).ok());
  float norm = 0.0F;
  for (const Parameter* parameter : (*problem)->parameters()) {
    norm += std::fabs(parameter->grad().span()[0]);
  }
  EXPECT_GT(norm, 1e-3F);
  EXPECT_TRUE(std::isfinite(norm));
}

std::vector<const SurfaceInfo*> all_surfaces() {
  std::vector<const SurfaceInfo*> all;
  for (const SurfaceInfo& surface : surface_registry()) all.push_back(&surface);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Registry, Surface, ::testing::ValuesIn(all_surfaces()),
                         [](const auto& test) { return std::string(test.param->name); });

TEST(EvaluateSurface, GoesAlongXFromTheLowestY) {
  std::vector<float> values(6);
  ASSERT_TRUE(evaluate_surface("x + 10*y", {0, 2, -1, 0}, 3, 2, values).ok());
  EXPECT_EQ(values, (std::vector<float>{-10, -9, -8, 0, 1, 2}));
  ASSERT_TRUE(evaluate_surface("7", {0, 2, -1, 0}, 3, 2, values).ok());
  EXPECT_EQ(values, std::vector<float>(6, 7.0F));
  ASSERT_TRUE(evaluate_surface("x*y", {0, 2, 1, 5}, 1, 1, std::span(values).first(1)).ok());
  EXPECT_EQ(values[0], 3.0F);
}

TEST(EvaluateSurface, RefusesWhatDoesNotFit) {
  std::vector<float> values(5);
  EXPECT_EQ(evaluate_surface("x", {0, 1, 0, 1}, 3, 2, values).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(evaluate_surface("x", {0, 1, 0, 1}, 0, 2, {}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(evaluate_surface("x +", {0, 1, 0, 1}, 5, 1, values).error().code,
            ErrorCode::kInvalidFormula);
}

}  // namespace
}  // namespace steplab
