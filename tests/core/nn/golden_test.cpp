// SPDX-License-Identifier: MIT
// The multilayer perceptron against PyTorch's: tests/golden/mlp.
#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "steplab/nn/mlp.hpp"
#include "steplab/optim/registry.hpp"

namespace steplab {
namespace {

using golden::Json;

std::vector<std::size_t> widths_from(const Json& layers) {
  std::vector<std::size_t> widths;
  for (const Json& width : layers.GetArray()) widths.push_back(width.GetUint());
  return widths;
}

Shape shape_from(const Json& tensor) { return widths_from(tensor["shape"]); }

TEST(MlpGolden, StartsWithPyTorchsBits) {
  const rapidjson::Document file = golden::load("mlp/initialisation.json");
  ASSERT_TRUE(file.IsObject());
  ASSERT_FALSE(file["models"].Empty());
  for (const Json& model : file["models"].GetArray()) {
    Generator generator(file["header"]["seed"].GetUint64());
    Mlp mlp(widths_from(model["layers"]), Activation::kRelu, generator);
    const std::vector<Parameter*> parameters = mlp.parameters();
    ASSERT_EQ(parameters.size(), model["parameters"].Size());
    for (unsigned i = 0; i < parameters.size(); ++i) {
      const Json& expected = model["parameters"][i];
      EXPECT_EQ(parameters[i]->name(), expected["name"].GetString());
      EXPECT_EQ(parameters[i]->shape(), shape_from(expected));
      EXPECT_EQ(golden::bits_of(parameters[i]->value().span()), expected["bits"].GetString());
    }
  }
}

/// |a − b| relative to the tensor's largest element: single elements may pass through zero.
void expect_close(std::span<const float> actual, const std::vector<float>& expected,
                  const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  float largest = 0.0F;
  for (const float value : expected) largest = std::max(largest, std::fabs(value));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(actual[i], expected[i], 1e-4F * largest) << what << " [" << i << "]";
  }
}

TEST(MlpGolden, TrainsAsPyTorchDoes) {
  const rapidjson::Document file = golden::load("mlp/training.json");
  ASSERT_TRUE(file.IsObject());
  Generator generator(file["header"]["seed"].GetUint64());
  const auto activation = activation_from_name(file["activation"].GetString());
  ASSERT_TRUE(activation.has_value());
  Mlp model(widths_from(file["layers"]), *activation, generator);
  ASSERT_STREQ(file["loss"].GetString(), "mse");
  Graph graph;
  const Node x = graph.input(shape_from(file["inputs"]));
  const Node target = graph.input(shape_from(file["targets"]));
  const Node loss = graph.mse_loss(model.record(graph, x), target);
  const auto fill = [&](Node node, const Json& tensor) {
    const std::vector<float> values = golden::floats_from(tensor["bits"]);
    std::copy(values.begin(), values.end(), graph.value(node).begin());
  };
  fill(x, file["inputs"]);
  fill(target, file["targets"]);

  HyperValues options = golden::hyper_values_from(file["optimizer"]);
  const std::string name = std::get<std::string>(options.front().second);
  options.erase(options.begin());
  auto created = find_optimizer(name)->create(options);
  ASSERT_TRUE(created.ok()) << created.error().message;
  const std::unique_ptr<Optimizer> optimizer = std::move(created).value();
  ASSERT_TRUE(optimizer->add_param_group(model.parameters(), {}).ok());

  const std::vector<float> losses = golden::floats_from(file["losses"]);
  ASSERT_EQ(losses.size(), 100U);
  for (std::size_t step = 0; step < losses.size(); ++step) {
    optimizer->zero_grad();
    graph.forward();
    ASSERT_NEAR(graph.value(loss)[0], losses[step], 1e-4F * losses[step]) << "step " << step;
    ASSERT_TRUE(graph.backward(loss).ok());
    if (step == 0) {
      for (unsigned i = 0; i < model.parameters().size(); ++i) {
        expect_close(model.parameters()[i]->grad().span(),
                     golden::floats_from(file["first_gradients"][i]), "first gradient");
      }
    }
    ASSERT_TRUE(optimizer->step().ok());
  }
  for (unsigned i = 0; i < model.parameters().size(); ++i) {
    expect_close(model.parameters()[i]->value().span(),
                 golden::floats_from(file["final"][i]["bits"]), model.parameters()[i]->name());
  }
}

}  // namespace
}  // namespace steplab
