// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {

/// What a trace is played on: the recorded parameters and an optimizer, driven by a case's events.
class GoldenReplay {
 public:
  using Json = golden::Json;

  GoldenReplay(const Json& inputs, const Json& test_case, std::string_view optimizer)
      : inputs_(inputs), case_(test_case) {
    for (const Json& entry : inputs["parameters"].GetArray()) {
      Shape shape;
      for (const Json& size : entry["shape"].GetArray()) shape.push_back(size.GetUint());
      parameters_.emplace_back(entry["name"].GetString(),
                               Tensor(shape, golden::floats_from(entry["start"])));
      if (inputs["gradients"][0][0].IsObject()) allow_sparse(parameters_.back());
    }
    optimizer_ = make_optimizer(optimizer, golden::hyper_values_from(test_case["options"]),
                                named(test_case["params"]));
  }

  /// `step` counts from 1.
  void advance(unsigned step) {
    for (const Json& event : case_["events"].GetArray()) {
      if (event["before_step"].GetUint() == step) apply(event);
    }
    const Json& gradients = inputs_["gradients"][step - 1];
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      if (gradients[i].IsNull()) {
        parameters_[i].drop_grad();
      } else if (gradients[i].IsObject()) {
        std::vector<std::uint32_t> rows;
        for (const Json& row : gradients[i]["rows"].GetArray()) rows.push_back(row.GetUint());
        parameters_[i].set_sparse_grad({rows, golden::floats_from(gradients[i]["values"])});
      } else {
        set_grad(parameters_[i], golden::floats_from(gradients[i]));
      }
    }
    const Status status = optimizer_->step();
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  std::string hash() const {
    golden::Hash hash;
    for (const Parameter& parameter : parameters_) {
      hash.add(parameter.value().span());
      const std::uint64_t version = parameter.version();
      hash.add(&version, sizeof version);
      for (const StateEntry& entry : optimizer_->state(parameter)) {
        hash.add(entry.name.data(), entry.name.size());
        hash.add(elements(entry));
      }
    }
    return hash.text();
  }

  /// The same bits everywhere.
  void expect_checkpoint(const Json& checkpoint) const {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      const Parameter& parameter = parameters_[i];
      const Json& expected = checkpoint["parameters"][i];
      EXPECT_EQ(golden::bits_of(parameter.value().span()), expected["value"].GetString())
          << parameter.name();
      EXPECT_EQ(parameter.version(), expected["version"].GetUint64()) << parameter.name();
      const std::vector<StateEntry> state = optimizer_->state(parameter);
      ASSERT_EQ(state.size(), expected["state"].MemberCount()) << parameter.name();
      for (const StateEntry& entry : state) {
        const auto member = expected["state"].FindMember(std::string(entry.name).c_str());
        ASSERT_NE(member, expected["state"].MemberEnd()) << entry.name;
        EXPECT_EQ(golden::bits_of(elements(entry)), member->value.GetString())
            << parameter.name() << "." << entry.name;
      }
    }
  }

  /// Values and state within `relative` of the largest of their tensor; the same versions.
  void expect_near(const Json& checkpoint, double relative) const {
    for (unsigned i = 0; i < parameters_.size(); ++i) {
      const Parameter& parameter = parameters_[i];
      const Json& expected = checkpoint["parameters"][i];
      expect_near(parameter.value().span(), expected["value"], relative, parameter.name());
      EXPECT_EQ(parameter.version(), expected["version"].GetUint64()) << parameter.name();
      const std::vector<StateEntry> state = optimizer_->state(parameter);
      ASSERT_EQ(state.size(), expected["state"].MemberCount()) << parameter.name();
      for (const StateEntry& entry : state) {
        const std::string name(entry.name);
        ASSERT_TRUE(expected["state"].HasMember(name.c_str())) << name;
        expect_near(elements(entry), expected["state"][name.c_str()], relative,
                    parameter.name() + "." + name);
      }
    }
  }

 private:
  static void expect_near(std::span<const float> values, const Json& bits, double relative,
                          const std::string& where) {
    const std::vector<float> expected = golden::floats_from(bits);
    ASSERT_EQ(values.size(), expected.size()) << where;
    float largest = 0.0F;
    for (const float value : expected) largest = std::max(largest, std::fabs(value));
    for (std::size_t k = 0; k < values.size(); ++k) {
      EXPECT_NEAR(values[k], expected[k], relative * static_cast<double>(largest)) << where;
    }
  }

  std::vector<Parameter*> named(const Json& names) {
    std::vector<Parameter*> found;
    for (const Json& name : names.GetArray()) {
      for (Parameter& parameter : parameters_) {
        if (parameter.name() == name.GetString()) found.push_back(&parameter);
      }
    }
    return found;
  }

  void apply(const Json& event) {
    if (event.HasMember("add_group")) {
      const Json& group = event["add_group"];
      const HyperValues options = golden::hyper_values_from(group["options"]);
      EXPECT_TRUE(optimizer_->add_param_group(named(group["params"]), options).ok());
      return;
    }
    for (const auto& [name, value] : golden::hyper_values_from(event["set"])) {
      EXPECT_TRUE(optimizer_->set_hyper(event["group"].GetUint(), name, value).ok());
    }
  }

  std::span<const float> elements(const StateEntry& entry) const {
    if (const double* scalar = std::get_if<double>(&entry.value)) {
      scalar_ = static_cast<float>(*scalar);
      return {&scalar_, 1};
    }
    return std::get<std::span<const float>>(entry.value);
  }

  const Json& inputs_;
  const Json& case_;
  std::deque<Parameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
  mutable float scalar_ = 0.0F;
};

}  // namespace steplab
