// SPDX-License-Identifier: MIT
// Once built, problems allocate nothing: not when they train, not when they are looked at.
#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <vector>

#include "snapshot.hpp"
#include "steplab/problem/recorded_problem.hpp"
#include "steplab/problem/surface_problem.hpp"
#include "steplab/problem/task_problem.hpp"
#include "support/allocation_counter.hpp"

namespace steplab {
namespace {

void expect_no_allocations(Problem& problem, std::span<const float> points,
                           std::span<float> scores) {
  std::vector<std::byte> snapshot = save(problem);
  bool succeeded = true;
  const std::size_t before = support::allocation_count();
  // through several epochs
  for (std::size_t i = 0; i < 100; ++i) {
    problem.forward(i);
    succeeded = problem.backward(false).ok() && succeeded;
    for (Parameter* parameter : problem.parameters()) parameter->bump_version();
    Archive saving = Archive::saving(snapshot);
    problem.archive(saving);
    problem.evaluate();
    problem.predict(points, scores);
  }
  restore(problem, snapshot);
  EXPECT_EQ(support::allocation_count(), before);
  EXPECT_TRUE(succeeded);
}

TEST(SteadyState, CountsAllocations) {
  const std::size_t before = support::allocation_count();
  // called by name: a compiler may leave out a `new` whose memory nobody uses
  ::operator delete(::operator new(8));
  EXPECT_EQ(support::allocation_count(), before + 1);
}

TEST(SteadyState, OfASurface) {
  auto problem = make_surface_problem("sin(x)*exp(y) + x^2/y^3 - abs(x)", {0.5, 1.5});
  ASSERT_TRUE(problem.ok());
  expect_no_allocations(**problem, {}, {});
}

TEST(SteadyState, OfATask) {
  const auto dataset = make_dataset({"moons", 300, 0.1, 1, 0.4});
  ASSERT_TRUE(dataset.ok());
  for (const Loss loss : {Loss::kCrossEntropy, Loss::kMse}) {
    auto problem = make_task_problem(dataset.value(), {{8, 8}, Activation::kTanh, loss, 32, 1});
    ASSERT_TRUE(problem.ok());
    const std::vector<float> points(2 * 150);
    std::vector<float> scores(2 * 150);
    expect_no_allocations(**problem, points, scores);
  }
}

TEST(SteadyState, OfRecordedGradients) {
  std::vector<Parameter> parameters;
  parameters.emplace_back("w", Tensor({2}));
  auto problem =
      make_recorded_problem(std::move(parameters), {{std::vector<float>{1, 2}}, {std::nullopt}});
  ASSERT_TRUE(problem.ok());
  expect_no_allocations(**problem, {}, {});
}

}  // namespace
}  // namespace steplab
