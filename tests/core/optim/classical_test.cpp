// SPDX-License-Identifier: MIT
// What holds for the minimisers that see all parameters as one point.
#include <cmath>
#include <limits>

#include "core/optim/test_functions.hpp"
#include "optim/symmetric_matrix.hpp"
#include "steplab/base/archive.hpp"
#include "support/allocation_counter.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

constexpr std::string_view kNames[] = {"ExactLineSearch", "NonlinearCG", "Newton", "NelderMead",
                                       "CMAES"};
bool needs_gradient(std::string_view name) { return name != "NelderMead" && name != "CMAES"; }

class Classical : public ::testing::TestWithParam<std::string_view> {
 protected:
  std::unique_ptr<Optimizer> make(const HyperValues& options = {}) {
    return make_optimizer(GetParam(), options, {&x, &y});
  }
  std::string bits() const {
    return golden::bits_of(x.value().span()) + golden::bits_of(y.value().span());
  }

  Parameter x{"x", Tensor(Shape{}, std::array{-1.2F})};
  Parameter y{"y", Tensor(Shape{}, std::array{1.0F})};
  TestClosure closure{"rosenbrock", x, y};
};

TEST_P(Classical, NeedsAClosure) {
  const auto optimizer = make();
  const Status status = optimizer->step();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, std::string(GetParam()) +
                                        ".step() missing 1 required positional argument: "
                                        "'closure'");
}

TEST_P(Classical, LowersTheLossAndCountsWhatItCosts) {
  const auto optimizer = make();
  const float before = closure.loss().value();
  closure.losses = 0;
  for (int step = 0; step < 30; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_EQ(state_of(*optimizer, x, "evaluations").at(0), static_cast<float>(closure.losses));
  EXPECT_TRUE(optimizer->state(y).empty()) << "the first parameter keeps the state of all";
  if (needs_gradient(GetParam())) {
    EXPECT_EQ(state_of(*optimizer, x, "gradient_evaluations").at(0),
              static_cast<float>(closure.gradients));
  } else {
    EXPECT_EQ(closure.gradients, 0);
  }
  EXPECT_LT(closure.loss().value(), before);
  EXPECT_GT(x.version(), 0U);
}

TEST_P(Classical, StepAllocatesNothing) {
  const auto optimizer = make();
  const std::size_t before = support::allocation_count();
  bool ok = true;
  for (int step = 0; step < 5; ++step) ok = optimizer->step(&closure).ok() && ok;
  EXPECT_EQ(support::allocation_count(), before);
  EXPECT_TRUE(ok);
}

TEST_P(Classical, GoesOnWithTheSameBitsAfterARestore) {
  const auto optimizer = make();
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  Archive measure = Archive::measuring();
  optimizer->archive(measure);
  std::vector<std::byte> buffer(measure.bytes());
  Archive save = Archive::saving(buffer);
  optimizer->archive(save);
  const Point there = closure.point();
  const auto go_on = [&] {
    std::string all;
    for (int step = 0; step < 12; ++step) {
      EXPECT_TRUE(optimizer->step(&closure).ok());
      all += bits();
    }
    return all;
  };
  const std::string first = go_on();
  Archive restore = Archive::restoring(buffer);
  optimizer->archive(restore);
  x.mutable_value().fill(static_cast<float>(there[0]));
  y.mutable_value().fill(static_cast<float>(there[1]));
  EXPECT_EQ(go_on(), first);
}

TEST_P(Classical, GoesOnFromAStateDict) {
  const auto optimizer = make();
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  const StateDict dict = optimizer->state_dict();
  const Point there = closure.point();
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  const std::string expected = bits();
  x.mutable_value().fill(static_cast<float>(there[0]));
  y.mutable_value().fill(static_cast<float>(there[1]));
  const auto fresh = make();
  ASSERT_TRUE(fresh->load_state_dict(dict).ok());
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(fresh->step(&closure).ok());
  EXPECT_EQ(bits(), expected);
}

TEST_P(Classical, LeavesFrozenParametersWhereTheyAreAndBeginsAnewWithoutThem) {
  const auto optimizer = make();
  for (int step = 0; step < 4; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  y.set_requires_grad(false);
  const float frozen = y.value().span()[0];
  for (int step = 0; step < 20; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_EQ(y.value().span()[0], frozen);
  y.set_requires_grad(true);
  const float before = closure.loss().value();
  for (int step = 0; step < 20; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_NE(y.value().span()[0], frozen);
  EXPECT_LT(closure.loss().value(), before);
}

TEST_P(Classical, TakesADuplicateForOneParameter) {
  const auto optimizer = make_optimizer(GetParam(), {}, {&x, &y, &x});
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  const std::string twice = bits();
  x.mutable_value().fill(-1.2F);
  y.mutable_value().fill(1.0F);
  const auto once = make();
  for (int step = 0; step < 5; ++step) ASSERT_TRUE(once->step(&closure).ok());
  // More room is kept for what is listed twice, which changes CMA-ES's default population alone.
  if (GetParam() != "CMAES") {
    EXPECT_EQ(twice, bits());
  }
}

TEST_P(Classical, HasOneGroupOnly) {
  Parameter z("z", Tensor(Shape{}, std::array{0.0F}));
  const auto optimizer = make();
  const Status status = optimizer->add_param_group({&z}, {});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message,
            std::string(GetParam()) + " doesn't support per-parameter options (parameter groups)");
  EXPECT_EQ(optimizer->group_count(), 1U);
}

TEST_P(Classical, HandsOnWhatTheClosureRaises) {
  const auto optimizer = make();
  ASSERT_TRUE(optimizer->step(&closure).ok());
  closure.fails_after = closure.losses + 2;
  Status status;
  for (int step = 0; step < 3 && status.ok(); ++step) status = optimizer->step(&closure);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "out of data");
}

TEST_P(Classical, StaysWhereNothingIsFinite) {
  x.mutable_value().fill(std::numeric_limits<float>::quiet_NaN());
  const auto optimizer = make();
  for (int step = 0; step < 3; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_EQ(y.value().span()[0], 1.0F);
}

TEST_P(Classical, StaysInAMinimum) {
  x.mutable_value().fill(1.0F);
  y.mutable_value().fill(1.0F);
  const auto optimizer = make();
  for (int step = 0; step < 3; ++step) ASSERT_TRUE(optimizer->step(&closure).ok());
  if (GetParam() == "CMAES") return;  // its mean is that of the better half, wherever it lies
  EXPECT_EQ(x.value().span()[0], 1.0F);
  EXPECT_EQ(y.value().span()[0], 1.0F);
}

TEST_P(Classical, TermsSumToTheUpdate) {
  const auto optimizer = make();
  Inspector inspector;
  inspector.watch(y, 0);
  optimizer->set_inspector(&inspector);
  int inspected = 0;
  for (int step = 0; step < 20; ++step) {
    const float before = y.value().span()[0];
    ASSERT_TRUE(optimizer->step(&closure).ok());
    const Inspection& inspection = inspector.inspection();
    if (!inspection.exists) {
      EXPECT_EQ(y.value().span()[0], before);
      continue;
    }
    ++inspected;
    EXPECT_EQ(inspection.before, before);
    EXPECT_EQ(inspection.after, y.value().span()[0]);
    float sum = before;
    for (const auto& term : inspection.terms) sum += static_cast<float>(term.value);
    EXPECT_EQ(sum, inspection.after);
    for (const auto& value : inspection.symbols) {
      EXPECT_LT(value.symbol, optimizer->info().symbols.size());
    }
  }
  EXPECT_GT(inspected, 10);
}

std::string classical_name(const ::testing::TestParamInfo<std::string_view>& info) {
  return std::string(info.param);
}
INSTANTIATE_TEST_SUITE_P(Methods, Classical, ::testing::ValuesIn(kNames), classical_name);

TEST(ClassicalLimits, DenseMethodsRefuseWhatIsTooLarge) {
  const std::pair<std::string_view, std::size_t> limits[] = {
      {"Newton", 500}, {"NelderMead", 200}, {"CMAES", 100}};
  for (const auto& [name, limit] : limits) {
    Parameters parameters;
    parameters.add(std::vector<float>(limit, 1.0F));
    parameters.add({1.0F});
    const auto large = make_optimizer(name);
    const Status status = large->add_param_group(parameters.pointers(), {});
    ASSERT_FALSE(status.ok()) << name;
    EXPECT_EQ(status.error().message,
              std::string(name) + " keeps dense matrices: it takes " + std::to_string(limit) +
                  " elements in all its parameters at most, and these have " +
                  std::to_string(limit + 1));
    EXPECT_TRUE(make_optimizer(name)->add_param_group({&parameters[0]}, {}).ok()) << name;
  }
}

TEST(ClassicalLimits, OptionsAreChecked) {
  const auto message_of = [](std::string_view name, const HyperValues& options) {
    const auto made = find_optimizer(name)->create(options);
    return made.ok() ? std::string() : made.error().message;
  };
  EXPECT_EQ(message_of("ExactLineSearch", {{"tolerance", 0.0}}), "Invalid tolerance: 0.0");
  EXPECT_EQ(message_of("ExactLineSearch", {{"max_eval", 0.5}}), "Invalid max_eval value: 0.5");
  EXPECT_EQ(message_of("NonlinearCG", {{"c2", 1e-5}}),
            "Invalid c1 and c2 values: 0.0001, 1e-05; 0 < c1 < c2 < 1 is needed");
  EXPECT_EQ(message_of("NonlinearCG", {{"restart", 0.0}}), "Invalid restart value: 0");
  EXPECT_EQ(message_of("Newton", {{"damping", -1.0}}), "Invalid damping value: -1.0");
  EXPECT_EQ(message_of("Newton", {{"c1", 1.0}}), "Invalid c1 value: 1.0");
  EXPECT_EQ(message_of("NelderMead", {{"edge", 0.0}}), "Invalid edge: 0.0");
  EXPECT_EQ(message_of("CMAES", {{"sigma", -0.5}}), "Invalid sigma: -0.5");
  EXPECT_EQ(message_of("CMAES", {{"popsize", 3.0}}), "Invalid popsize value: 3");
  EXPECT_EQ(message_of("CMAES", {{"seed", 0.5}}), "Invalid seed value: 0.5");
}

TEST(ClassicalNewton, DampingMakesAnIndefiniteHessianPositive) {
  // Between Himmelblau's minima the curvature is negative.
  Parameter x("x", Tensor(Shape{}, std::array{0.0F}));
  Parameter y("y", Tensor(Shape{}, std::array{0.0F}));
  TestClosure closure("himmelblau", x, y);
  const auto newton = make_optimizer("Newton", {}, {&x, &y});
  const float before = closure.loss().value();
  ASSERT_TRUE(newton->step(&closure).ok());
  EXPECT_GT(state_of(*newton, x, "damping").at(0), 42.0F);
  EXPECT_LT(closure.loss().value(), before);
}

TEST(ClassicalCmaes, SeedsDrawDifferentNumbers) {
  const auto last_of = [](double seed) {
    Parameter x("x", Tensor(Shape{}, std::array{-1.2F}));
    Parameter y("y", Tensor(Shape{}, std::array{1.0F}));
    TestClosure closure("rosenbrock", x, y);
    const auto cmaes = make_optimizer("CMAES", {{"seed", seed}}, {&x, &y});
    for (int step = 0; step < 3; ++step) EXPECT_TRUE(cmaes->step(&closure).ok());
    return closure.point();
  };
  EXPECT_EQ(last_of(1.0), last_of(1.0));
  EXPECT_NE(last_of(1.0), last_of(2.0));
}

TEST(SymmetricMatrix, SolvesAndDecomposes) {
  constexpr std::size_t kSize = 7;
  // Hilbert's matrix and a multiple of the identity: positive definite, not diagonal.
  std::vector<double> matrix(kSize * kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t k = 0; k < kSize; ++k) {
      matrix[i * kSize + k] = 1.0 / static_cast<double>(i + k + 1) + (i == k ? 0.5 : 0.0);
    }
  }
  const auto product = [&](std::span<const double> vector, std::size_t row) {
    double sum = 0.0;
    for (std::size_t k = 0; k < kSize; ++k) sum += matrix[row * kSize + k] * vector[k];
    return sum;
  };
  std::vector<double> factor = matrix;
  ASSERT_TRUE(factorise(factor, kSize));
  std::vector<double> solution(kSize, 1.0);
  solve_factorised(factor, solution);
  for (std::size_t row = 0; row < kSize; ++row) EXPECT_NEAR(product(solution, row), 1.0, 1e-13);

  std::vector<double> copy = matrix;
  std::vector<double> values(kSize);
  std::vector<double> vectors(kSize * kSize);
  decompose(copy, values, vectors);
  for (std::size_t column = 0; column < kSize; ++column) {
    std::vector<double> vector(kSize);
    double squares = 0.0;
    for (std::size_t row = 0; row < kSize; ++row) {
      vector[row] = vectors[row * kSize + column];
      squares += vector[row] * vector[row];
    }
    EXPECT_NEAR(squares, 1.0, 1e-13);
    for (std::size_t row = 0; row < kSize; ++row) {
      EXPECT_NEAR(product(vector, row), values[column] * vector[row], 1e-13);
    }
  }
  matrix[0] = -1.0;
  EXPECT_FALSE(factorise(matrix, kSize));
}

// 4 + 3 ln n points, of as many parameters as take part.
TEST(ClassicalCmaes, DrawsAsManyPointsAsItsDimensionAsksFor) {
  Parameter x("x", Tensor(Shape{}, std::array{-1.2F}));
  Parameter y("y", Tensor(Shape{}, std::array{1.0F}));
  TestClosure closure("rosenbrock", x, y);
  const auto optimizer = make_optimizer("CMAES", {}, {&x, &y});
  ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_EQ(closure.losses, 6);
  x.set_requires_grad(false);
  ASSERT_TRUE(optimizer->step(&closure).ok());
  EXPECT_EQ(closure.losses, 6 + 4);
  EXPECT_EQ(state_of(*optimizer, x, "evaluations").at(0), 10.0F);
}

}  // namespace
}  // namespace steplab
