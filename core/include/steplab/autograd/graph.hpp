// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/parameter.hpp"

namespace steplab {

class Operation;

/// A tensor in a Graph: an index, valid for the graph that made it.
struct Node {
  std::uint32_t index = 0;
};

/// A computation recorded once and replayed: forward and backward run over buffers that the graph
/// owns, so replaying allocates nothing. Semantics are PyTorch's eager autograd: forward makes a
/// fresh graph, backward consumes it and *adds* into the parameters' gradients, a second backward
/// is an error unless the first retained the graph, and so is a backward after a saved value was
/// changed in place.
class Graph {
 public:
  Graph();
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  // --- recording ---------------------------------------------------------------------------

  /// A tensor that the caller fills before forward (mini-batch, targets); needs no gradient.
  Node input(Shape shape);
  /// A constant scalar.
  Node constant(float value);
  /// A leaf, the same one for the same parameter; the parameter must outlive the graph.
  Node parameter(Parameter& parameter);

  /// Elementwise; the shapes are equal, or one side is a scalar and broadcasts.
  Node add(Node a, Node b);
  Node subtract(Node a, Node b);
  Node multiply(Node a, Node b);
  Node divide(Node a, Node b);
  /// a to the power b elementwise. A constant integer exponent is PyTorch's pow(tensor, scalar).
  Node power(Node a, Node b);

  Node negate(Node a);
  Node exp(Node a);
  Node log(Node a);
  Node sin(Node a);
  Node cos(Node a);
  Node tan(Node a);
  Node tanh(Node a);
  Node sqrt(Node a);
  Node abs(Node a);   ///< derivative at 0 is 0, as in PyTorch
  Node relu(Node a);  ///< derivative at 0 is 0, as in PyTorch
  Node sigmoid(Node a);

  /// x·weightᵀ + bias: x [batch, in], weight [out, in], bias [out] (torch.nn.functional.linear).
  Node linear(Node x, Node weight, Node bias);

  /// Over the rows of a [rows, classes] (torch.softmax(a, dim=1)).
  Node softmax(Node a);

  Node sum(Node a);   ///< scalar
  Node mean(Node a);  ///< scalar

  /// mean((prediction − target)²) over all elements (torch.nn.MSELoss).
  Node mse_loss(Node prediction, Node target);
  /// Mean negative log-likelihood of the softmax; logits [batch, classes], labels [batch] hold
  /// class indices as floats (torch.nn.CrossEntropyLoss).
  Node cross_entropy(Node logits, Node labels);

  // --- replaying ---------------------------------------------------------------------------

  /// The node's elements, row-major; after forward() for computed nodes.
  std::span<float> value(Node node);
  std::span<const float> value(Node node) const;
  const Shape& shape(Node node) const;

  /// Evaluates every node in recording order and makes the graph ready for one backward.
  /// `grad_enabled` false is torch.no_grad(): no result requires a gradient.
  void forward(bool grad_enabled = true);

  /// Whether forward() has run and its result was not consumed by a backward.
  bool is_alive() const;

  /// Adds seed·d(root)/d(parameter) into every parameter that requires a gradient. `root` is a
  /// scalar.
  /// Errors (kAutograd, PyTorch's texts): a second backward through a consumed graph; a saved
  /// parameter changed in place since forward; a root that depends on no parameter that requires a
  /// gradient. As in PyTorch, parameters that the error came too late for keep what they got.
  Status backward(Node root, bool retain_graph = false, float seed = 1.0F);

  /// The first operation of the last forward whose result has elements that are not finite, under
  /// PyTorch's name ("torch.log"); empty when all are finite.
  std::string_view first_non_finite_result() const;
  /// The first operation of the last backward that passed such elements on; only directly after it.
  std::string_view first_non_finite_gradient() const;

  /// Values, liveness and saved versions: what a snapshot of a run must hold.
  void archive(Archive& archive);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace steplab
