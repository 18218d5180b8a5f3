// SPDX-License-Identifier: MIT
// State_dicts that PyTorch wrote in the middle of a trace: read, loaded, and gone on from for fifty
// steps, bit for bit (Adafactor, whose norms are summed in another order, within 1e-6; LBFGS for
// five steps on PyTorch's losses and gradients); and written again, the same to the last byte of
// every value.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/optim/closure_replay.hpp"
#include "steplab/export/checkpoint_files.hpp"
#include "steplab/export/safetensors.hpp"
#include "steplab/optim/registry.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

std::string folder() { return std::string(STEPLAB_GOLDEN_DIR) + "/optim/state_dicts/"; }

std::string bytes_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Result<Checkpoint> recorded_checkpoint(const std::string& name) {
  auto tensors = read_safetensors(bytes_of(folder() + name + ".safetensors"));
  if (!tensors) return tensors.error();
  return read_checkpoint(std::move(*tensors), bytes_of(folder() + name + ".json"));
}

// The trace's parameters as they were when the state_dict was saved, and a fresh optimizer.
class Continuation {
 public:
  explicit Continuation(const std::string& name)
      : trace_(golden::load("optim/state_dicts/" + name + ".trace.json")),
        inputs_(golden::load(trace_["inputs"].GetString())) {
    const Json& entries = inputs_["parameters"];
    for (unsigned i = 0; i < entries.Size(); ++i) {
      Shape shape;
      for (const Json& size : entries[i]["shape"].GetArray()) shape.push_back(size.GetUint());
      const std::vector<float> values = golden::floats_from(trace_["parameters"][i]);
      parameters_.emplace_back(entries[i]["name"].GetString(), Tensor(shape, values));
      if (inputs_["gradients"][0][0].IsObject()) parameters_.back().allow_sparse_grad(64);
    }
    auto made = find_optimizer(name)->create(golden::hyper_values_from(trace_["options"]));
    EXPECT_TRUE(made.ok()) << made.error().message;
    optimizer_ = std::move(*made);
    for (const Json& group : trace_["groups"].GetArray()) {
      std::vector<Parameter*> members;
      for (const Json& member : group["params"].GetArray()) members.push_back(&named(member));
      const HyperValues options = golden::hyper_values_from(group["options"]);
      EXPECT_TRUE(optimizer_->add_param_group(std::move(members), options).ok());
    }
  }

  Optimizer& optimizer() { return *optimizer_; }

  // Goes on, and compares every step.
  void expect_hashes() {
    const auto hashes = trace_["hashes"].GetArray();
    ASSERT_EQ(hashes.Size(), 50U);
    for (unsigned step = 0; step < hashes.Size(); ++step) {
      advance(step);
      ASSERT_EQ(hash(), hashes[step].GetString()) << "first difference: step " << step + 1;
    }
  }

  // Goes on, and compares values at the checkpoints.
  void expect_near(double relative) {
    const unsigned saved_at = trace_["saved_at"].GetUint();
    unsigned step = 0;
    for (const Json& checkpoint : trace_["checkpoints"].GetArray()) {
      while (saved_at + step < checkpoint["step"].GetUint()) advance(step++);
      for (unsigned i = 0; i < parameters_.size(); ++i) {
        const std::vector<float> expected =
            golden::floats_from(checkpoint["parameters"][i]["value"]);
        const std::span<const float> values = parameters_[i].value().span();
        ASSERT_EQ(values.size(), expected.size());
        float largest = 0.0F;
        for (const float value : expected) largest = std::max(largest, std::fabs(value));
        for (std::size_t k = 0; k < values.size(); ++k) {
          EXPECT_NEAR(values[k], expected[k], relative * static_cast<double>(largest))
              << parameters_[i].name() << " at step " << saved_at + step;
        }
      }
    }
    EXPECT_EQ(step, 50U);
  }

 private:
  void advance(unsigned step) {
    const Json& gradients = inputs_["gradients"][trace_["saved_at"].GetUint() + step];
    for (unsigned i = 0; i < parameters_.size(); ++i) set_grad(parameters_[i], gradients[i]);
    const Status status = optimizer_->step();
    ASSERT_TRUE(status.ok()) << status.error().message;
  }

  Parameter& named(const Json& name) {
    return *std::find_if(parameters_.begin(), parameters_.end(), [&](const Parameter& parameter) {
      return parameter.name() == name.GetString();
    });
  }

  static void set_grad(Parameter& parameter, const Json& gradient) {
    parameter.drop_grad();
    if (gradient.IsNull()) return;
    if (gradient.IsObject()) {
      std::vector<std::uint32_t> rows;
      for (const Json& row : gradient["rows"].GetArray()) rows.push_back(row.GetUint());
      return parameter.set_sparse_grad({rows, golden::floats_from(gradient["values"])});
    }
    const std::vector<float> values = golden::floats_from(gradient);
    std::copy(values.begin(), values.end(), parameter.materialize_grad().span().begin());
  }

  std::string hash() const {
    golden::Hash hash;
    for (const Parameter& parameter : parameters_) {
      hash.add(parameter.value().span());
      const std::uint64_t version = parameter.version();
      hash.add(&version, sizeof version);
      for (const StateEntry& entry : optimizer_->state(parameter)) {
        hash.add(entry.name.data(), entry.name.size());
        if (const double* scalar = std::get_if<double>(&entry.value)) {
          const auto rounded = static_cast<float>(*scalar);
          hash.add(std::span(&rounded, 1));
        } else {
          hash.add(std::get<std::span<const float>>(entry.value));
        }
      }
    }
    return hash.text();
  }

  rapidjson::Document trace_;
  rapidjson::Document inputs_;
  std::deque<Parameter> parameters_;
  std::unique_ptr<Optimizer> optimizer_;
};

// Optimizers whose recorded steps are a gradient for every parameter, dense or row-sparse.
std::vector<std::string> recorded_optimizers() {
  std::vector<std::string> names;
  for (const OptimizerInfo& info : optimizer_registry()) {
    const std::string name(info.name);
    const bool is_recorded = std::ifstream(folder() + name + ".trace.json").good();
    if (is_recorded && !info.needs_closure) names.push_back(name);
  }
  return names;
}

class StateDictGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(StateDictGolden, GoesOnFromPyTorchs) {
  const Result<Checkpoint> checkpoint = recorded_checkpoint(GetParam());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().path << ": " << checkpoint.error().message;
  Continuation continuation(GetParam());
  const Status loaded = continuation.optimizer().load_state_dict(checkpoint->optimizer);
  ASSERT_TRUE(loaded.ok()) << loaded.error().path << ": " << loaded.error().message;
  if (GetParam() == "Adafactor") {
    continuation.expect_near(1e-6);
  } else {
    continuation.expect_hashes();
  }
}

// The optimizer's state_dict, written, has the tensors of the recorded file.
void expect_tensors_of(const std::string& name, const Optimizer& optimizer) {
  const CheckpointFiles files = write_checkpoint({{}, optimizer.state_dict()});
  const auto read = read_safetensors(files.safetensors);
  const auto recorded = read_safetensors(bytes_of(folder() + name + ".safetensors"));
  ASSERT_TRUE(read.ok() && recorded.ok());
  ASSERT_EQ(read->size(), recorded->size());
  for (const NamedTensor& expected : *recorded) {
    const auto found = std::find_if(read->begin(), read->end(), [&](const NamedTensor& tensor) {
      return tensor.name == expected.name;
    });
    ASSERT_NE(found, read->end()) << expected.name;
    EXPECT_EQ(found->value.shape(), expected.value.shape()) << expected.name;
    EXPECT_EQ(golden::bits_of(found->value.span()), golden::bits_of(expected.value.span()))
        << expected.name;
  }
}

TEST_P(StateDictGolden, WritesWhatItRead) {
  const Result<Checkpoint> checkpoint = recorded_checkpoint(GetParam());
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().message;
  Continuation continuation(GetParam());
  ASSERT_TRUE(continuation.optimizer().load_state_dict(checkpoint->optimizer).ok());
  expect_tensors_of(GetParam(), continuation.optimizer());
}

TEST(StateDictGoldenLbfgs, GoesOnFromPyTorchsAndWritesWhatItRead) {
  const Result<Checkpoint> checkpoint = recorded_checkpoint("LBFGS");
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.error().path << ": " << checkpoint.error().message;
  const rapidjson::Document trace = golden::load("optim/state_dicts/LBFGS.trace.json");
  const Json& test_case = trace["cases"][0];
  std::deque<Parameter> parameters = golden::parameters_of(trace["problems"][0]);
  std::vector<Parameter*> pointers;
  for (unsigned i = 0; i < parameters.size(); ++i) {
    const std::vector<float> values = golden::floats_from(trace["parameters"][i]);
    std::copy(values.begin(), values.end(), parameters[i].mutable_value().span().begin());
    pointers.push_back(&parameters[i]);
  }
  auto made = find_optimizer("LBFGS")->create(golden::hyper_values_from(test_case["options"]));
  ASSERT_TRUE(made.ok()) << made.error().message;
  Optimizer& lbfgs = **made;
  ASSERT_TRUE(lbfgs.add_param_group(pointers, {}).ok());
  const Status loaded = lbfgs.load_state_dict(checkpoint->optimizer);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  expect_tensors_of("LBFGS", lbfgs);
  ASSERT_EQ(test_case["steps"].Size(), 5U);
  for (const Json& recorded : test_case["steps"].GetArray()) {
    golden::expect_closure_step(recorded, lbfgs, parameters);
  }
}

INSTANTIATE_TEST_SUITE_P(PyTorch, StateDictGolden, ::testing::ValuesIn(recorded_optimizers()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace steplab
