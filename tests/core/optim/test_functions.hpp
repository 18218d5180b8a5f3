// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/optim/fixtures.hpp"
#include "optim/objective.hpp"

namespace steplab {

using Point = std::array<double, 2>;

/// The functions of tests/golden/optim/classical.json.
inline double function_value(std::string_view name, const Point& p) {
  const auto [x, y] = p;
  if (name == "rosenbrock") return (1 - x) * (1 - x) + 100 * ((y - x * x) * (y - x * x));
  if (name == "himmelblau") {
    const double a = x * x + y - 11;
    const double b = x + y * y - 7;
    return a * a + b * b;
  }
  EXPECT_EQ(name, "valley");
  return 0.5 * (x * x + 20 * (y * y));
}

inline Point function_gradient(std::string_view name, const Point& p) {
  const auto [x, y] = p;
  if (name == "rosenbrock") {
    const double slope = y - x * x;
    return {-2 * (1 - x) - 400 * x * slope, 200 * slope};
  }
  if (name == "himmelblau") {
    const double a = x * x + y - 11;
    const double b = x + y * y - 7;
    return {4 * x * a + 2 * b, 2 * a + 4 * y * b};
  }
  EXPECT_EQ(name, "valley");
  return {x, 20 * y};
}

/// One of them in double precision, as a method's core sees it.
class TestFunction final : public Objective<double> {
 public:
  explicit TestFunction(std::string name) : name_(std::move(name)) {}

 protected:
  double value_at(std::span<const double> point) override {
    return function_value(name_, {point[0], point[1]});
  }
  double gradient_at(std::span<const double> point, std::span<double> gradient) override {
    const Point exact = function_gradient(name_, {point[0], point[1]});
    gradient[0] = exact[0];
    gradient[1] = exact[1];
    return value_at(point);
  }

 private:
  std::string name_;
};

/// The same as the closure of two float32 parameters x and y, which counts its calls.
class TestClosure final : public Closure {
 public:
  TestClosure(std::string name, Parameter& x, Parameter& y)
      : name_(std::move(name)), x_(x), y_(y) {}

  Result<float> evaluate() override {
    ++gradients;
    const Point gradient = function_gradient(name_, point());
    x_.drop_grad();
    y_.drop_grad();
    if (x_.requires_grad()) set_grad(x_, {static_cast<float>(gradient[0])});
    if (y_.requires_grad()) set_grad(y_, {static_cast<float>(gradient[1])});
    return loss();
  }
  Result<float> loss() override {
    ++losses;
    if (losses > fails_after) return Error{ErrorCode::kLoop, "", "out of data"};
    return static_cast<float>(function_value(name_, point()));
  }
  Result<bool> sample_gradient() override { return false; }

  Point point() const {
    return {static_cast<double>(x_.value().span()[0]), static_cast<double>(y_.value().span()[0])};
  }

  int losses = 0;
  int gradients = 0;
  int fails_after = 1'000'000;

 private:
  std::string name_;
  Parameter& x_;
  Parameter& y_;
};

}  // namespace steplab
