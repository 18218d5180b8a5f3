// SPDX-License-Identifier: MIT
// Classical minimisers against scipy, cma and closed forms (tests/golden/optim/classical.json):
// their cores in double precision, as the references are, and then the optimizers on float32
// parameters.
#include <algorithm>
#include <cmath>

#include "core/optim/test_functions.hpp"
#include "optim/conjugate_directions.hpp"
#include "optim/damped_newton.hpp"
#include "optim/evolution_strategy.hpp"
#include "optim/simplex.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

const rapidjson::Document& document() {
  static const rapidjson::Document loaded = golden::load("optim/classical.json");
  return loaded;
}

Point point_of(const Json& numbers) { return {numbers[0].GetDouble(), numbers[1].GetDouble()}; }

Point point_of(const std::string& digits) {
  Point point;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::uint64_t bits = std::stoull(digits.substr(16 * i, 16), nullptr, 16);
    std::memcpy(&point[i], &bits, sizeof bits);
  }
  return point;
}

double distance(const Point& a, const Point& b) {
  return std::max(std::fabs(a[0] - b[0]), std::fabs(a[1] - b[1]));
}

// visit(case, function's name, start) for every case of a method.
template <class Visit>
void for_each_case(const char* method, Visit visit) {
  const auto cases = document()[method]["cases"].GetArray();
  ASSERT_GT(cases.Size(), 0U);
  for (const Json& test_case : cases) {
    const std::string name = test_case["name"].GetString();
    SCOPED_TRACE(std::string(method) + " on " + name);
    visit(test_case, name, point_of(test_case["start"]));
  }
}

// An optimizer on float32 parameters x and y.
struct OnParameters {
  OnParameters(std::string_view optimizer_name, const std::string& function, const Point& start,
               const HyperValues& options = {})
      : x("x", Tensor(Shape{}, std::array{static_cast<float>(start[0])})),
        y("y", Tensor(Shape{}, std::array{static_cast<float>(start[1])})),
        closure(function, x, y),
        optimizer(make_optimizer(optimizer_name, options, {&x, &y})) {}

  void step() {
    const Status status = optimizer->step(&closure);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  Parameter x;
  Parameter y;
  TestClosure closure;
  std::unique_ptr<Optimizer> optimizer;
};

TEST(ClassicalGolden, NelderMeadIsScipysBitForBit) {
  for_each_case("NelderMead", [](const Json& test_case, const std::string& name, Point start) {
    TestFunction function(name);
    std::array<double, 6> vertices{};
    std::array<double, 3> values{};
    std::array<double, 6> scratch{};
    const std::span<double> room(scratch);
    Simplex<double> simplex(function, 2, {vertices, values},
                            {room.first(2), room.subspan(2, 2), room.last(2)});
    simplex.start(start, 0.05);
    for (const Json& best : test_case["best"].GetArray()) {
      simplex.iterate({});
      ASSERT_EQ(golden::bits_of(simplex.best()[0]) + golden::bits_of(simplex.best()[1]),
                best.GetString());
    }
    EXPECT_EQ(function.counts().evaluations, test_case["evaluations"].GetInt());
    EXPECT_EQ(function.counts().gradients, 0);
  });
}

TEST(ClassicalGolden, NelderMeadOfParametersWalksTheSameWay) {
  for_each_case("NelderMead", [](const Json& test_case, const std::string& name, Point start) {
    OnParameters run("NelderMead", name, start);
    const auto best = test_case["best"].GetArray();
    for (unsigned step = 0; step < best.Size(); ++step) {
      run.step();
      // Rounding grows slowly until the simplex is so small that losses cannot be told apart.
      if (step < 25) {
        EXPECT_LT(distance(run.closure.point(), point_of(std::string(best[step].GetString()))),
                  3e-5)
            << step;
      }
    }
    EXPECT_LT(distance(run.closure.point(), point_of(test_case["minimiser"])), 2e-3);
    EXPECT_EQ(run.closure.gradients, 0);
    EXPECT_EQ(state_of(*run.optimizer, run.x, "evaluations").at(0),
              static_cast<float>(run.closure.losses));
  });
}

TEST(ClassicalGolden, ExactLineSearchHitsTheClosedForm) {
  for_each_case("ExactLineSearch", [](const Json& test_case, const std::string& name, Point start) {
    TestFunction function(name);
    std::array<double, 2> gradient{};
    std::array<double, 8> scratch{};
    const std::span<double> room(scratch);
    ConjugateStep<double>::Memory memory{room.first(2), room.subspan(2, 2)};
    ConjugateStep<double> descent(function, {room.subspan(4, 2), room.subspan(6, 2)});
    OnParameters run("ExactLineSearch", name, start, {{"tolerance", 1e-6}});
    Point point = start;
    const auto points = test_case["points"].GetArray();
    ASSERT_EQ(points.Size(), 30U);
    for (unsigned step = 0; step < points.Size(); ++step) {
      const Point expected = point_of(std::string(points[step].GetString()));
      const double loss = function.gradient(point, gradient);
      descent.move(point, loss, gradient, memory, 1.0, {1e-12, 1e-12, 30});
      const double size = std::max(std::fabs(expected[0]), std::fabs(expected[1]));
      EXPECT_LT(distance(point, expected), 1e-11 * size) << step;
      run.step();
      EXPECT_LT(distance(run.closure.point(), expected), 1e-5 * size) << step;
    }
    EXPECT_EQ(state_of(*run.optimizer, run.x, "evaluations").at(0),
              static_cast<float>(run.closure.losses));
  });
}

TEST(ClassicalGolden, ConjugateGradientsFindScipysMinimisers) {
  for_each_case("NonlinearCG", [](const Json& test_case, const std::string& name, Point start) {
    TestFunction function(name);
    std::array<double, 2> gradient{};
    std::array<double, 8> scratch{};
    const std::span<double> room(scratch);
    ConjugateStep<double>::Memory memory{room.first(2), room.subspan(2, 2)};
    ConjugateStep<double> descent(function, {room.subspan(4, 2), room.subspan(6, 2)});
    Point point = start;
    const int iterations = test_case["iterations"].GetInt();
    int taken = 0;
    for (double loss = function.gradient(point, gradient);
         std::max(std::fabs(gradient[0]), std::fabs(gradient[1])) > 1e-5 && taken < 200; ++taken) {
      descent.move(point, loss, gradient, memory, 2.0, {});
      loss = function.gradient(point, gradient);
    }
    EXPECT_LT(distance(point, point_of(test_case["minimiser"])), 1e-4);
    EXPECT_LE(taken, iterations + 5) << "steps of about the same worth";
    OnParameters run("NonlinearCG", name, start);
    for (int step = 0; step < iterations + 10; ++step) run.step();
    EXPECT_LT(distance(run.closure.point(), point_of(test_case["minimiser"])), 1e-3);
    EXPECT_EQ(state_of(*run.optimizer, run.x, "gradient_evaluations").at(0),
              static_cast<float>(run.closure.gradients));
  });
}

TEST(ClassicalGolden, NewtonFindsScipysMinimisers) {
  for_each_case("Newton", [](const Json& test_case, const std::string& name, Point start) {
    TestFunction function(name);
    std::array<double, 2> gradient{};
    std::array<double, 16> scratch{};
    const std::span<double> room(scratch);
    NewtonStep<double> newton(function, {room.first(2), room.subspan(2, 2), room.subspan(4, 2),
                                         room.subspan(6, 2), room.subspan(8, 4), room.last(4)});
    Point point = start;
    const int iterations = test_case["iterations"].GetInt();
    int taken = 0;
    for (double loss = function.gradient(point, gradient);
         std::max(std::fabs(gradient[0]), std::fabs(gradient[1])) > 1e-5 && taken < 200; ++taken) {
      newton.move(point, loss, gradient, 0.0, 1e-4);
      loss = function.gradient(point, gradient);
    }
    EXPECT_LT(distance(point, point_of(test_case["minimiser"])), 1e-6);
    EXPECT_LE(taken, iterations + 5) << "steps of about the same worth";
    OnParameters run("Newton", name, start);
    for (int step = 0; step < iterations + 5; ++step) run.step();
    EXPECT_LT(distance(run.closure.point(), point_of(test_case["minimiser"])), 1e-4);
    EXPECT_EQ(state_of(*run.optimizer, run.x, "evaluations").at(0),
              static_cast<float>(run.closure.losses));
  });
}

// Losses until one is below 1e-10, a generation at a time.
double evaluations_of_cma(const std::string& name, Point mean, std::uint64_t seed) {
  constexpr std::size_t kPopulation = 6;
  TestFunction function(name);
  std::array<double, 4> covariance{}, vectors{}, matrix{};
  std::array<double, 2> path{}, path_sigma{}, values{}, moved{}, rotated{};
  std::array<double, kPopulation * 2> points{}, steps{};
  std::array<double, kPopulation> losses{}, weights{};
  std::array<std::size_t, kPopulation> order{};
  EvolutionStrategy<double>::Memory memory{covariance, path, path_sigma};
  EvolutionStrategy<double>::start(memory, 2, 0.5);
  EvolutionStrategy<double> strategy(
      function, {points, steps, losses, order, weights, values, vectors, matrix, moved, rotated});
  Generator random(seed);
  for (int generation = 0; generation < 1000; ++generation) {
    if (strategy.evolve(mean, memory, random) < 1e-10) break;
  }
  return static_cast<double>(function.counts().evaluations);
}

TEST(ClassicalGolden, CmaEsNeedsAsManyLossesAsCma) {
  ASSERT_EQ(default_population(2), 6U);
  for_each_case("CMAES", [](const Json& test_case, const std::string& name, Point start) {
    std::vector<double> counts;
    for (std::uint64_t seed = 1; seed <= test_case["seeds"].GetUint64(); ++seed) {
      counts.push_back(evaluations_of_cma(name, start, seed));
    }
    std::sort(counts.begin(), counts.end());
    const Json& expected = test_case["evaluations"];
    const auto quartile = [&](unsigned index) { return expected["quartiles"][index].GetDouble(); };
    // The medians of 40 counts each; extremes of 40 vary more.
    const double median = 0.5 * (counts[19] + counts[20]);
    EXPECT_NEAR(median, quartile(1), 0.1 * quartile(1));
    EXPECT_GE(counts.front(), 0.8 * expected["least"].GetDouble());
    EXPECT_LE(counts.back(), 1.2 * expected["most"].GetDouble());
    EXPECT_GE(counts[10], expected["least"].GetDouble());
    EXPECT_LE(counts[29], expected["most"].GetDouble());
  });
}

}  // namespace
}  // namespace steplab
