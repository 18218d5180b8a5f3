// SPDX-License-Identifier: MIT
// Every optimizer of the registry against PyTorch's traces, bit for bit at every step.
#include <array>

#include "core/optim/fixtures.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

// What a trace is played on: the recorded parameters and an optimizer, driven by a case's events.
class Replay {
 public:
  Replay(const Json& inputs, const Json& test_case, std::string_view optimizer)
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

  // `step` counts from 1.
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

 private:
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

void expect_every_bit(const std::string& name, const std::string& folder) {
  const rapidjson::Document trace = golden::load("optim/" + folder + "/" + name + ".json");
  ASSERT_TRUE(trace.IsObject());
  const rapidjson::Document inputs = golden::load(trace["inputs"].GetString());
  ASSERT_TRUE(inputs.IsObject() && trace.IsObject());
  ASSERT_EQ(trace["optimizer"].GetString(), name);
  ASSERT_GE(trace["cases"].Size(), 5U);

  for (const Json& test_case : trace["cases"].GetArray()) {
    SCOPED_TRACE(name + " " + test_case["name"].GetString());
    Replay replay(inputs, test_case, name);
    const auto checkpoints = test_case["checkpoints"].GetArray();
    const auto* checkpoint = checkpoints.begin();
    const auto hashes = test_case["hashes"].GetArray();
    ASSERT_EQ(hashes.Size(), trace["steps"].GetUint());
    for (unsigned step = 1; step <= hashes.Size(); ++step) {
      replay.advance(step);
      if (checkpoint != checkpoints.end() && (*checkpoint)["step"].GetUint() == step) {
        SCOPED_TRACE("checkpoint at step " + std::to_string(step));
        replay.expect_checkpoint(*checkpoint++);
      }
      ASSERT_EQ(replay.hash(), hashes[step - 1].GetString()) << "first difference: step " << step;
    }
    EXPECT_EQ(checkpoint, checkpoints.end());
  }
}

class OptimizerGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(OptimizerGolden, EqualsPyTorchBitForBit) {
  expect_every_bit(std::string(optimizer_registry()[GetParam()].name), "optimizers");
}

class SparseOptimizerGolden : public ::testing::TestWithParam<std::size_t> {};

TEST_P(SparseOptimizerGolden, EqualsPyTorchBitForBit) {
  const OptimizerInfo& info = optimizer_registry()[GetParam()];
  EXPECT_NE(info.sparse_gradients, SparseGradients::kRefused);
  expect_every_bit(std::string(info.name), "sparse");
}

INSTANTIATE_TEST_SUITE_P(Registry, OptimizerGolden, kRecordedOptimizers, optimizer_name);
INSTANTIATE_TEST_SUITE_P(Registry, SparseOptimizerGolden,
                         ::testing::ValuesIn(recorded_optimizers(&sparse_golden_trace)),
                         optimizer_name);

}  // namespace
}  // namespace steplab
