// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "steplab/autograd/graph.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/base/random.hpp"

namespace steplab {

enum class Activation { kIdentity, kRelu, kTanh, kSigmoid };

/// "relu", "tanh", "sigmoid" or "identity"; nullopt otherwise.
std::optional<Activation> activation_from_name(std::string_view name);

/// A multilayer perceptron with the names of torch.nn.Sequential(Linear, activation, Linear, …):
/// "0.weight" [out, in], "0.bias" [out], "2.weight", …
class Mlp {
 public:
  /// `widths`: input, hidden …, output; at least two. Initialised as torch.nn.Linear is: weight
  /// then bias, both U(−1/√in, 1/√in), drawn layer by layer from `generator`, bit for bit
  /// PyTorch's.
  Mlp(const std::vector<std::size_t>& widths, Activation activation, Generator& generator);

  /// Records the forward pass of x [batch, input] and returns the output [batch, output].
  Node record(Graph& graph, Node x);

  /// Stable addresses, in the order of torch's model.parameters().
  std::vector<Parameter*> parameters();

 private:
  std::deque<Parameter> parameters_;
  Activation activation_;
};

}  // namespace steplab
