// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "steplab/base/parameter.hpp"
#include "steplab/optim/closure.hpp"
#include "steplab/optim/optimizer.hpp"
#include "support/golden.hpp"

/// Replays of the traces in tests/golden/optim/closures.
namespace steplab::golden {

/// How far a parameter may be from PyTorch's, relative to the largest of its tensor, where losses
/// and gradients are PyTorch's own: dot products are summed in another order.
inline constexpr double kParameters = 1e-5;
/// The same for state, which near a minimum comes from differences of almost equal numbers.
inline constexpr double kState = 1e-4;

/// A problem's parameters at its start.
inline std::deque<Parameter> parameters_of(const Json& problem) {
  std::deque<Parameter> parameters;
  for (const Json& entry : problem["parameters"].GetArray()) {
    Shape shape;
    for (const Json& size : entry["shape"].GetArray()) shape.push_back(size.GetUint());
    parameters.emplace_back(entry["name"].GetString(), Tensor(shape, floats_from(entry["bits"])));
  }
  return parameters;
}

inline void expect_close(std::span<const float> values, const Json& bits, double relative,
                         const std::string& where) {
  const std::vector<float> expected = floats_from(bits);
  ASSERT_EQ(values.size(), expected.size()) << where;
  float largest = 1e-3F;
  for (const float value : expected) largest = std::max(largest, std::fabs(value));
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i], relative * static_cast<double>(largest)) << where;
  }
}

/// Gives what PyTorch's closure gave in one step, as long as it is asked where PyTorch asked.
class ReplayedClosure final : public Closure {
 public:
  ReplayedClosure(const Json& evaluations, std::deque<Parameter>& parameters)
      : evaluations_(evaluations), parameters_(parameters) {}

  unsigned count() const { return count_; }

  Result<float> evaluate() override {
    if (count_ == evaluations_.Size()) {
      return Error{ErrorCode::kInvalidArgument, "", "asked more often than PyTorch"};
    }
    const Json& recorded = evaluations_[count_];
    const std::string where = "evaluation " + std::to_string(count_++);
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      Parameter& parameter = parameters_[i];
      expect_close(parameter.value().span(), recorded["parameters"][i], kParameters, where);
      parameter.drop_grad();
      if (recorded["gradients"][i].IsNull()) continue;
      const std::vector<float> gradient = floats_from(recorded["gradients"][i]);
      std::copy(gradient.begin(), gradient.end(), parameter.materialize_grad().span().begin());
    }
    return floats_from(recorded["loss"])[0];
  }
  Result<float> loss() override { return evaluate(); }
  Result<bool> sample_gradient() override { return false; }

 private:
  const Json& evaluations_;
  std::deque<Parameter>& parameters_;
  unsigned count_ = 0;
};

/// The state under the first parameter: counts exactly, lists by their lengths, the rest closely.
inline void expect_closure_state(const Json& recorded, const Optimizer& optimizer,
                                 const Parameter& first) {
  std::size_t found = 0;
  for (const StateEntry& entry : optimizer.state(first)) {
    const std::string name(entry.name);
    ASSERT_TRUE(recorded.HasMember(name.c_str())) << name;
    const Json& expected = recorded[name.c_str()];
    ++found;
    if (const double* number = std::get_if<double>(&entry.value)) {
      if (expected.IsString()) {
        const auto rounded = static_cast<float>(*number);
        expect_close({&rounded, 1}, expected, kState, name);
      } else {
        EXPECT_EQ(*number, expected.GetDouble()) << name;
      }
    } else if (expected.IsString()) {
      expect_close(std::get<std::span<const float>>(entry.value), expected, kState, name);
    } else {
      EXPECT_EQ(entry.shape.front(), expected.GetUint()) << name;
    }
  }
  EXPECT_EQ(found, recorded.MemberCount() - (recorded.HasMember("al") ? 1U : 0U));
}

/// One recorded step: asked as often, at the same places, and led to the same one.
inline void expect_closure_step(const Json& recorded, Optimizer& optimizer,
                                std::deque<Parameter>& parameters) {
  ReplayedClosure closure(recorded["evaluations"], parameters);
  const Status status = optimizer.step(&closure);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(closure.count(), recorded["evaluations"].Size());
  for (unsigned i = 0; i < parameters.size(); ++i) {
    expect_close(parameters[i].value().span(), recorded["parameters"][i], kParameters,
                 parameters[i].name());
  }
  expect_closure_state(recorded["state"], optimizer, parameters.front());
}

}  // namespace steplab::golden
