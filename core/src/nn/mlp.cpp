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

std::optional<Activation> activation_from_name(std::string_view name) {
  for (const auto& [known, activation] : kActivations) {
    if (known == name) return activation;
  }
  return std::nullopt;
}

Mlp::Mlp(const std::vector<std::size_t>& widths, Activation activation, Generator& generator)
    : activation_(activation) {
  // torch.nn.init.kaiming_uniform_(weight, a=sqrt(5)), in Python's order of operations
  const double slope = std::sqrt(5.0);
  const double gain = std::sqrt(2.0 / (1.0 + slope * slope));
  for (std::size_t layer = 0; layer + 1 < widths.size(); ++layer) {
    const std::size_t in = widths[layer];
    const std::size_t out = widths[layer + 1];
    const double root = std::sqrt(static_cast<double>(in));
    // activations take the odd places of the Sequential
    const std::string place = std::to_string(2 * layer);
    parameters_.push_back(
        make_uniform(place + ".weight", {out, in}, std::sqrt(3.0) * (gain / root), generator));
    parameters_.push_back(make_uniform(place + ".bias", {out}, 1.0 / root, generator));
  }
}

Node Mlp::record(Graph& graph, Node x) {
  for (std::size_t i = 0; i < parameters_.size(); i += 2) {
    if (i > 0) x = activate(graph, activation_, x);
    const Node weight = graph.parameter(parameters_[i]);
    x = graph.linear(x, weight, graph.parameter(parameters_[i + 1]));
  }
  return x;
}

std::vector<Parameter*> Mlp::parameters() {
  std::vector<Parameter*> addresses;
  for (Parameter& parameter : parameters_) addresses.push_back(&parameter);
  return addresses;
}

}  // namespace steplab
