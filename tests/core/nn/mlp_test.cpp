// SPDX-License-Identifier: MIT
#include "steplab/nn/mlp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

namespace steplab {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

/// FNV-1a over the 32-bit words of all parameters: scripts need not ship thousands of numbers.
std::uint32_t fingerprint(Mlp& model) {
  std::uint32_t hash = 2166136261U;
  for (const Parameter* parameter : model.parameters()) {
    for (const float value : parameter->value().span()) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      hash = (hash ^ bits) * 16777619U;
    }
  }
  return hash;
}

TEST(Mlp, StartsWithTorchsBits) {
  // torch.manual_seed(7); nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
  Generator generator(7);
  Mlp model({2, 3, 1}, Activation::kTanh, generator);
  const std::vector<Parameter*> parameters = model.parameters();
  ASSERT_EQ(parameters.size(), 4U);
  EXPECT_THAT(parameters[0]->value().span(),
              ElementsAreArray<float>({0x1.9496p-5F, -0x1.b42df8p-2F, 0x1.cd2058p-3F,
                                       0x1.c66718p-3F, -0x1.8300aap-2F, -0x1.b21740p-4F}));
  EXPECT_THAT(parameters[1]->value().span(),
              ElementsAreArray<float>({-0x1.a82f4ap-2F, 0x1.77c1b0p-3F, -0x1.8616080p-3F}));
  EXPECT_THAT(parameters[2]->value().span(),
              ElementsAreArray<float>({0x1.9f5828p-2F, 0x1.a3b084p-2F, 0x1.e1cfc0p-5F}));
  EXPECT_THAT(parameters[3]->value().span(), ElementsAreArray<float>({-0x1.f816bcp-3F}));
}

TEST(Mlp, StartsWithTorchsBitsWhenLarge) {
  // the same fingerprint of torch.manual_seed(3); nn.Sequential(nn.Linear(64, 64), nn.ReLU(),
  // nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), torch 2.13.0
  Generator generator(3);
  Mlp model({64, 64, 32, 10}, Activation::kRelu, generator);
  EXPECT_EQ(fingerprint(model), 3352360098U);
}

TEST(Mlp, NamesItsParametersAsSequentialDoes) {
  Generator generator(0);
  Mlp model({4, 3, 5, 2}, Activation::kRelu, generator);
  std::vector<std::string> names;
  std::vector<Shape> shapes;
  for (const Parameter* parameter : model.parameters()) {
    names.push_back(parameter->name());
    shapes.push_back(parameter->shape());
  }
  EXPECT_THAT(names, ElementsAre("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"));
  EXPECT_THAT(shapes,
              ElementsAre(Shape{3, 4}, Shape{3}, Shape{5, 3}, Shape{5}, Shape{2, 5}, Shape{2}));
}

/// The forward pass of a two-layer model written as loops.
std::vector<double> forward_by_hand(const std::vector<Parameter*>& parameters,
                                    const std::vector<float>& x, double (*activation)(double)) {
  std::vector<double> values(x.begin(), x.end());
  for (std::size_t layer = 0; layer < parameters.size(); layer += 2) {
    const auto weight = parameters[layer]->value().span();
    const auto bias = parameters[layer + 1]->value().span();
    if (layer > 0) std::transform(values.begin(), values.end(), values.begin(), activation);
    std::vector<double> outputs(bias.begin(), bias.end());
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        outputs[o] += static_cast<double>(weight[o * values.size() + i]) * values[i];
      }
    }
    values = outputs;
  }
  return values;
}

struct ActivationCase {
  Activation activation;
  double (*function)(double);
};

class MlpForward : public ::testing::TestWithParam<ActivationCase> {};

TEST_P(MlpForward, AppliesLayersInOrder) {
  Generator generator(11);
  Mlp model({3, 6, 2}, GetParam().activation, generator);
  Graph graph;
  const Node x = graph.input({1, 3});
  const Node output = model.record(graph, x);
  const std::vector<float> sample{0.5F, -1.25F, 2.0F};
  std::copy(sample.begin(), sample.end(), graph.value(x).begin());
  graph.forward();
  const std::vector<double> expected =
      forward_by_hand(model.parameters(), sample, GetParam().function);
  ASSERT_EQ(graph.shape(output), (Shape{1, 2}));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(graph.value(output)[i], expected[i], 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Activations, MlpForward,
    ::testing::Values(ActivationCase{Activation::kIdentity, [](double v) { return v; }},
                      ActivationCase{Activation::kRelu, [](double v) { return v > 0 ? v : 0; }},
                      ActivationCase{Activation::kTanh, [](double v) { return std::tanh(v); }},
                      ActivationCase{Activation::kSigmoid,
                                     [](double v) { return 1 / (1 + std::exp(-v)); }}));

TEST(Mlp, StartsFromOneNumberWhenAsked) {
  for (const auto& [initialisation, expected] :
       {std::pair(Initialisation::kZeros, 0.0F), std::pair(Initialisation::kOnes, 1.0F)}) {
    Mlp mlp({2, 3, 1}, Activation::kRelu, Generator(1), initialisation);
    for (const Parameter* parameter : mlp.parameters()) {
      for (const float value : parameter->value().span()) EXPECT_EQ(value, expected);
    }
  }
}

TEST(Initialisation, HasNames) {
  EXPECT_EQ(initialisation_from_name("pytorch"), Initialisation::kPytorch);
  EXPECT_EQ(initialisation_from_name("zeros"), Initialisation::kZeros);
  EXPECT_EQ(initialisation_from_name("ones"), Initialisation::kOnes);
  EXPECT_EQ(initialisation_from_name("xavier"), std::nullopt);
}

TEST(Activation, HasNames) {
  EXPECT_EQ(activation_from_name("relu"), Activation::kRelu);
  EXPECT_EQ(activation_from_name("tanh"), Activation::kTanh);
  EXPECT_EQ(activation_from_name("sigmoid"), Activation::kSigmoid);
  EXPECT_EQ(activation_from_name("identity"), Activation::kIdentity);
  EXPECT_EQ(activation_from_name("ReLU"), std::nullopt);
}

}  // namespace
}  // namespace steplab
