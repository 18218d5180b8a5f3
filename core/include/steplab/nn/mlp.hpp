// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "steplab/autograd/graph.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/base/random.hpp"

namespace steplab {

enum class Activation { kIdentity, kRelu, kTanh, kSigmoid };

/// What the parameters start from.
enum class Initialisation {
  kPytorch,  ///< as torch.nn.Linear does: weight then bias, both U(−1/√in, 1/√in)
  kZeros,    ///< torch.nn.init.zeros_ on every parameter
  kOnes,     ///< torch.nn.init.ones_
};

/// "pytorch", "zeros" or "ones"; nullopt otherwise.
std::optional<Initialisation> initialisation_from_name(std::string_view name);

/// "relu", "tanh", "sigmoid" or "identity"; nullopt otherwise.
std::optional<Activation> activation_from_name(std::string_view name);

/// A multilayer perceptron with the names of torch.nn.Sequential(Linear, activation, Linear, …):
/// "0.weight" [out, in], "0.bias" [out], "2.weight", …
class Mlp {
 public:
  /// `widths`: input, hidden …, output; at least two. PyTorch's initialisation is drawn layer by
  /// layer from `generator`, bit for bit PyTorch's.
  Mlp(const std::vector<std::size_t>& widths, Activation activation, Generator generator,
      Initialisation initialisation = Initialisation::kPytorch);

  /// model.extend([activation, Linear(out, out)]): drawn from where the generator stands.
  void add_layer();
  /// model[place] = Linear(in, out): new parameters under the old names. The old ones live on.
  /// Error kLoop: there is no Linear layer at that place.
  Status replace_layer(std::string_view place);

  /// Records the forward pass of x [batch, input] and returns the output [batch, output].
  Node record(Graph& graph, Node x);

  /// Stable addresses, in the order of torch's model.parameters().
  std::vector<Parameter*> parameters() const;
  /// Also those of layers that were replaced, in the order in which they were made.
  std::deque<Parameter>& every_parameter() { return parameters_; }

 private:
  struct Layer {
    Parameter* weight;
    Parameter* bias;
  };

  Layer make_layer(std::size_t place, std::size_t in, std::size_t out);

  std::deque<Parameter> parameters_;
  std::vector<Layer> layers_;
  Activation activation_;
  Generator generator_;
};

}  // namespace steplab
