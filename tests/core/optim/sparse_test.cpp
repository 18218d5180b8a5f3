// SPDX-License-Identifier: MIT
// Row-sparse gradients: who takes them, who refuses them with which words (those of PyTorch 2.13.0,
// printed by it), and what SGD's momentum makes of them.
#include "core/optim/fixtures.hpp"
#include "steplab/optim/clip.hpp"
#include "support/allocation_counter.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;

const std::vector<std::uint32_t> kRows = {1, 1};
const std::vector<float> kValues = {1.0F, 2.0F, 3.0F, 4.0F};
constexpr std::string_view kSparsePlusDense =
    "add(sparse, dense) is not supported. Use add(dense, sparse) instead.";

Parameter table() {
  Parameter parameter("w", Tensor({3, 2}, std::vector<float>(6, 1.0F)));
  return allow_sparse(parameter);
}

void set_sparse(Parameter& parameter) { parameter.set_sparse_grad({kRows, kValues}); }

std::string refusal(std::string_view name, const HyperValues& options = {}) {
  Parameter parameter = table();
  const auto optimizer = make_optimizer(name, options, {&parameter});
  set_sparse(parameter);
  const Status status = optimizer->step();
  if (status.ok()) return {};
  EXPECT_EQ(values_of(parameter), std::vector<float>(6, 1.0F)) << name;
  return status.error().message;
}

TEST(SparseGradients, AreRefusedInPyTorchsWords) {
  for (const OptimizerInfo& info : optimizer_registry()) {
    if (info.needs_closure) continue;
    if (info.sparse_gradients != SparseGradients::kRefused) {
      EXPECT_EQ(refusal(info.name), "");
    } else if (info.name == "Adam" || info.name == "AdamW") {
      EXPECT_EQ(refusal(info.name),
                "Adam does not support sparse gradients, please consider SparseAdam instead");
    } else {
      EXPECT_EQ(refusal(info.name), std::string(info.name) + " does not support sparse gradients");
    }
  }
}

TEST(SparseGradients, DoNotGoWithWeightDecay) {
  EXPECT_EQ(refusal("Adagrad", {{"weight_decay", 0.1}}),
            "weight_decay option is not compatible with sparse gradients");
  EXPECT_EQ(refusal("SGD", {{"weight_decay", 0.1}}), kSparsePlusDense);
}

TEST(SparseGradients, AreAllThatSparseAdamTakes) {
  Parameter first = table();
  Parameter second = table();
  const auto optimizer = make_optimizer("SparseAdam", {}, {&first, &second});
  set_sparse(first);
  second.materialize_grad().fill(1.0F);
  const Status status = optimizer->step();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message,
            "SparseAdam does not support dense gradients, please consider Adam instead");
  // The first was counted before the second was looked at, and not moved.
  EXPECT_EQ(state_of(*optimizer, first, "step"), std::vector<float>{1.0F});
  EXPECT_EQ(values_of(first), std::vector<float>(6, 1.0F));
  EXPECT_TRUE(state_names(*optimizer, second).empty());
}

TEST(SparseGradients, OfNoRowsCountAndMoveNothing) {
  for (const auto& [name, version] : {std::pair{"SparseAdam", 0U}, {"SGD", 1U}, {"Adagrad", 1U}}) {
    Parameter parameter = table();
    const auto optimizer = make_optimizer(name, {}, {&parameter});
    parameter.set_sparse_grad({});
    ASSERT_TRUE(optimizer->step().ok());
    EXPECT_EQ(values_of(parameter), std::vector<float>(6, 1.0F));
    EXPECT_EQ(parameter.version(), version) << name;
    if (std::string_view(name) != "SGD") {
      EXPECT_EQ(state_of(*optimizer, parameter, "step"), std::vector<float>{1.0F});
    }
  }
}

TEST(SparseGradients, LeaveOtherRowsAlone) {
  for (const std::string_view name : {"SparseAdam", "SGD", "Adagrad"}) {
    Parameter parameter = table();
    const auto optimizer = make_optimizer(name, {}, {&parameter});
    for (int step = 0; step < 5; ++step) {
      set_sparse(parameter);
      ASSERT_TRUE(optimizer->step().ok());
    }
    const std::vector<float> values = values_of(parameter);
    EXPECT_EQ(std::vector(values.begin(), values.begin() + 2), std::vector<float>(2, 1.0F));
    EXPECT_EQ(std::vector(values.begin() + 4, values.end()), std::vector<float>(2, 1.0F));
    EXPECT_LT(values[2], 1.0F) << name;
  }
}

TEST(SparseGradients, StayWhenFilledWithZeros) {
  Parameter parameter = table();
  const auto optimizer = make_optimizer("SGD", {}, {&parameter});
  set_sparse(parameter);
  optimizer->zero_grad(false);
  EXPECT_TRUE(parameter.has_sparse_grad());
  EXPECT_EQ(parameter.sparse_grad().size(), 0U);
  optimizer->zero_grad();
  EXPECT_FALSE(parameter.has_grad());
}

// SGD with momentum on both layouts: "s" a sparse gradient, "d" a dense one.
std::string momentum_outcome(std::string_view layouts, bool nesterov) {
  Parameter parameter = table();
  const HyperValues options = {{"lr", 0.1}, {"momentum", 0.9}, {"nesterov", nesterov}};
  const auto optimizer = make_optimizer("SGD", options, {&parameter});
  for (const char layout : layouts) {
    if (layout == 's') {
      set_sparse(parameter);
    } else {
      parameter.materialize_grad().fill(1.0F);
    }
    if (Status status = optimizer->step(); !status) return status.error().message;
  }
  return golden::bits_of(parameter.value().span());
}

TEST(SparseGradients, MixWithDenseOnesUnderMomentumWhereTheyDoInPyTorch) {
  EXPECT_EQ(
      momentum_outcome("ds", false),
      golden::bits_of(std::array{0.8100000023841858F, 0.8100000023841858F, 0.4099999666213989F,
                                 0.20999997854232788F, 0.8100000023841858F, 0.8100000023841858F}));
  EXPECT_EQ(momentum_outcome("ds", true), kSparsePlusDense);
  EXPECT_EQ(momentum_outcome("sd", false), kSparsePlusDense);
  EXPECT_EQ(momentum_outcome("sd", true), kSparsePlusDense);
}

TEST(SparseGradients, UnderMomentumEqualPyTorchBitForBit) {
  const rapidjson::Document recorded = golden::load("optim/sparse_operations.json");
  const rapidjson::Document inputs = golden::load(recorded["inputs"].GetString());
  ASSERT_EQ(recorded["momentum"].Size(), 3U);
  for (const Json& entry : recorded["momentum"].GetArray()) {
    std::deque<Parameter> parameters;
    std::vector<Parameter*> pointers;
    for (const Json& start : inputs["parameters"].GetArray()) {
      Shape shape;
      for (const Json& size : start["shape"].GetArray()) shape.push_back(size.GetUint());
      parameters.emplace_back("", Tensor(shape, golden::floats_from(start["start"])));
      pointers.push_back(&allow_sparse(parameters.back()));
    }
    const auto optimizer =
        make_optimizer("SGD", golden::hyper_values_from(entry["options"]), pointers);
    for (unsigned step = 0; step < entry["hashes"].Size(); ++step) {
      const Json& gradients = inputs["gradients"][step];
      golden::Hash hash;
      for (unsigned i = 0; i < parameters.size(); ++i) {
        parameters[i].drop_grad();
        if (gradients[i].IsNull()) continue;
        std::vector<std::uint32_t> rows;
        for (const Json& row : gradients[i]["rows"].GetArray()) rows.push_back(row.GetUint());
        parameters[i].set_sparse_grad({rows, golden::floats_from(gradients[i]["values"])});
      }
      ASSERT_TRUE(optimizer->step().ok());
      for (const Parameter& parameter : parameters) {
        hash.add(parameter.value().span());
        hash.add(state_of(*optimizer, parameter, "momentum_buffer"));
      }
      ASSERT_EQ(hash.text(), entry["hashes"][step].GetString()) << "step " << step + 1;
    }
  }
}

TEST(SparseGradients, TakeNoMemoryWhileStepping) {
  for (const std::string_view name : {"SparseAdam", "SGD", "Adagrad"}) {
    Parameter parameter("w", Tensor({3, 2}));
    parameter.allow_sparse_grad(2);
    const HyperValues options =
        name == "SGD" ? HyperValues{{"momentum", 0.9}, {"nesterov", true}} : HyperValues();
    const auto optimizer = make_optimizer(name, options, {&parameter});
    const std::size_t before = support::allocation_count();
    for (std::uint32_t step = 0; step < 100; ++step) {
      const std::array<std::uint32_t, 2> rows = {step % 3, step * step % 3};
      parameter.add_sparse_grad({rows, kValues});
      ASSERT_TRUE(optimizer->step().ok());
    }
    EXPECT_EQ(support::allocation_count(), before) << name;
  }
}

TEST(SparseGradients, CannotBeClipped) {
  Parameter dense("d", Tensor({2}));
  Parameter sparse = table();
  set_grad(dense, {-9.0F, 9.0F});
  set_sparse(sparse);
  const std::vector<Parameter*> both = {&dense, &sparse};
  EXPECT_EQ(clip_grad_norm(both, 1.0).error().message,
            "NotImplementedError: Could not run 'aten::linalg_vector_norm' with arguments from the "
            "'SparseCPU' backend.");
  EXPECT_EQ(golden::bits_of(dense.grad().span()), golden::bits_of(std::array{-9.0F, 9.0F}));
  EXPECT_EQ(clip_grad_value(both, 1.0).error().message,
            "NotImplementedError: Could not run 'aten::clamp_min_' with arguments from the "
            "'SparseCPU' backend.");
  EXPECT_EQ(golden::bits_of(dense.grad().span()), golden::bits_of(std::array{-1.0F, 9.0F}));
}

}  // namespace
}  // namespace steplab
