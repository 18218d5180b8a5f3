// SPDX-License-Identifier: MIT
#include "steplab/nn/mlp.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace steplab {
namespace {

constexpr std::array<std::pair<std::string_view, Activation>, 4> kActivations{{
    {"identity", Activation::kIdentity},
    {"relu", Activation::kRelu},
    {"tanh", Activation::kTanh},
    {"sigmoid", Activation::kSigmoid},
}};

Parameter make_uniform(std::string name, Shape shape, double bound, Generator& generator) {
  Tensor value(std::move(shape));
  generator.fill_uniform(value.span(), -bound, bound);
  Parameter parameter(std::move(name), std::move(value));
  parameter.bump_version();  // uniform_() changed it in place
  return parameter;
}

Node activate(Graph& graph, Activation activation, Node x) {
  switch (activation) {
    case Activation::kRelu:
      return graph.relu(x);
    case Activation::kTanh:
      return graph.tanh(x);
    case Activation::kSigmoid:
      return graph.sigmoid(x);
    case Activation::kIdentity:
      break;
  }
  return x;
}

}  // namespace

std::optional<Initialisation> initialisation_from_name(std::string_view name) {
  if (name == "pytorch") return Initialisation::kPytorch;
  if (name == "zeros") return Initialisation::kZeros;
  if (name == "ones") return Initialisation::kOnes;
  return std::nullopt;
}

std::optional<Activation> activation_from_name(std::string_view name) {
  for (const auto& [known, activation] : kActivations) {
    if (known == name) return activation;
  }
  return std::nullopt;
}

Mlp::Mlp(const std::vector<std::size_t>& widths, Activation activation, Generator generator,
         Initialisation initialisation)
    : activation_(activation), generator_(std::move(generator)) {
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    layers_.push_back(make_layer(layer, widths[layer], widths[layer + 1]));
  }
  if (initialisation == Initialisation::kPytorch) return;
  const float value = initialisation == Initialisation::kOnes ? 1.0F : 0.0F;
  for (Parameter& parameter : parameters_) {
    parameter.mutable_value().fill(value);
    parameter.bump_version();
  }
}

Mlp::Layer Mlp::make_layer(std::size_t place, std::size_t in, std::size_t out) {
  // torch.nn.init.kaiming_uniform_(weight, a=sqrt(5)), in Python's order of operations
  const double slope = std::sqrt(5.0);
  const double gain = std::sqrt(2.0 / (1.0 + slope * slope));
  const double root = std::sqrt(static_cast<double>(in));
  // activations take the odd places of the Sequential
  const std::string name = std::to_string(2 * place);
  Parameter& weight = parameters_.emplace_back(
      make_uniform(name + ".weight", {out, in}, std::sqrt(3.0) * (gain / root), generator_));
  Parameter& bias =
      parameters_.emplace_back(make_uniform(name + ".bias", {out}, 1.0 / root, generator_));
  return {&weight, &bias};
}

void Mlp::add_layer() {
  const std::size_t width = layers_.back().bias->value().size();
  layers_.push_back(make_layer(layers_.size(), width, width));
}

Status Mlp::replace_layer(std::string_view place) {
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    if (place != std::to_string(2 * layer)) continue;
    const Shape shape = layers_[layer].weight->shape();
    layers_[layer] = make_layer(layer, shape[1], shape[0]);
    return {};
  }
  return Error{ErrorCode::kLoop, "",
               "\"" + std::string(place) + "\" is not a Linear layer of the model; they are 0 to " +
                   std::to_string(2 * (layers_.size() - 1)) + " in steps of 2"};
}

Node Mlp::record(Graph& graph, Node x) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (i > 0) x = activate(graph, activation_, x);
    const Node weight = graph.parameter(*layers_[i].weight);
    x = graph.linear(x, weight, graph.parameter(*layers_[i].bias));
  }
  return x;
}

std::vector<Parameter*> Mlp::parameters() const {
  std::vector<Parameter*> addresses;
  for (const Layer& layer : layers_) {
    addresses.push_back(layer.weight);
    addresses.push_back(layer.bias);
  }
  return addresses;
}

}  // namespace steplab
