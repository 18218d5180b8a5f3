// SPDX-License-Identifier: MIT
#include "steplab/autograd/graph.hpp"

#include <deque>
#include <utility>

#include "autograd/binary_operation.hpp"
#include "autograd/linear_operation.hpp"
#include "autograd/loss_operation.hpp"
#include "autograd/operation.hpp"
#include "autograd/reduction_operation.hpp"
#include "autograd/softmax_operation.hpp"
#include "autograd/unary_operation.hpp"
#include "autograd/variable.hpp"
#include "steplab/kernels/derivatives.hpp"

namespace steplab {

struct Graph::Implementation {
  std::deque<Variable> variables;  // a deque, because operations hold addresses
  std::vector<std::unique_ptr<Operation>> operations;
  std::vector<Variable*> leaves;
  bool is_evaluated = false;
  bool is_alive = false;

  Variable& at(Node node) { return variables[node.index]; }

  Node last() const { return {static_cast<std::uint32_t>(variables.size() - 1)}; }

  Variable& add_variable(Shape shape) {
    Variable& variable = variables.emplace_back();
    variable.value_memory.resize(element_count(shape));
    variable.value = variable.value_memory;
    variable.shape = std::move(shape);
    return variable;
  }

  void note_use(Variable& variable) {
    ++variable.uses;
    if (variable.parameter != nullptr && !variable.is_written_through()) {
      variable.grad_memory.resize(variable.size());
    }
  }

  // Records result = Kind(arguments …, result) with the given operands.
  template <class Kind, class... Arguments>
  Node record(Shape shape, std::initializer_list<Variable*> operands, Arguments&&... arguments) {
    Variable& result = add_variable(std::move(shape));
    for (Variable* operand : operands) {
      note_use(*operand);
      result.depends_on_parameter |= operand->depends_on_parameter;
    }
    if (result.depends_on_parameter) result.grad_memory.resize(result.size());
    result.producer = operations.size();
    operations.push_back(std::make_unique<Kind>(std::forward<Arguments>(arguments)..., result));
    return last();
  }

  Node record_unary(const UnaryRule& rule, Node a) {
    Variable& operand = at(a);
    return record<UnaryOperation>(operand.shape, {&operand}, rule, operand);
  }

  template <class Kind>
  Node record_binary(Node a, Node b) {
    Variable& left = at(a);
    Variable& right = at(b);
    const bool right_is_larger =
        right.size() > left.size() ||
        (right.size() == left.size() && right.shape.size() > left.shape.size());
    Shape shape = right_is_larger ? right.shape : left.shape;
    return record<Kind>(std::move(shape), {&left, &right}, left, right);
  }

  template <class Kind>
  Node record_to_scalar(Node a) {
    Variable& operand = at(a);
    return record<Kind>(Shape{}, {&operand}, operand);
  }

  // Passes the root's gradient down to the leaves.
  Status propagate(Variable& root, bool retain_graph, float seed) {
    const auto [into, out] = root.arrive();
    kernels::accumulate(into, {&seed, 1}, out);
    if (root.parameter != nullptr) return {};
    for (std::size_t i = root.producer + 1; i-- != 0;) {
      Status status = operations[i]->backward(retain_graph);
      if (!status.ok()) {
        while (i-- != 0) operations[i]->discard_gradient();
        return status;
      }
    }
    return {};
  }

  // Adds what leaves with several uses have collected into their parameters.
  void flush_leaves(bool keep) {
    for (Variable* leaf : leaves) {
      if (!std::exchange(leaf->has_grad, false) || !keep) continue;
      const auto into = leaf->parameter->has_grad() ? kernels::Into::kAdd : kernels::Into::kReplace;
      kernels::accumulate(into, leaf->grad_memory, leaf->parameter->materialize_grad().span());
    }
  }
};

Graph::Graph() : implementation_(std::make_unique<Implementation>()) {}
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;

Node Graph::input(Shape shape) {
  implementation_->add_variable(std::move(shape));
  return implementation_->last();
}

Node Graph::constant(float value) {
  Variable& variable = implementation_->add_variable({});
  variable.value[0] = value;
  variable.is_constant = true;
  return implementation_->last();
}

Node Graph::parameter(Parameter& parameter) {
  for (std::uint32_t i = 0; i < implementation_->variables.size(); ++i) {
    if (implementation_->variables[i].parameter == &parameter) return {i};
  }
  Variable& variable = implementation_->variables.emplace_back();
  variable.shape = parameter.shape();
  variable.parameter = &parameter;
  variable.value = parameter.mutable_value().span();
  variable.depends_on_parameter = true;
  implementation_->leaves.push_back(&variable);
  return implementation_->last();
}

Node Graph::add(Node a, Node b) { return implementation_->record_binary<Addition>(a, b); }
Node Graph::subtract(Node a, Node b) { return implementation_->record_binary<Subtraction>(a, b); }
Node Graph::multiply(Node a, Node b) {
  return implementation_->record_binary<Multiplication>(a, b);
}
Node Graph::divide(Node a, Node b) {
  if (implementation_->at(a).is_constant) {
    return implementation_->record_binary<NumberDivision>(a, b);
  }
  return implementation_->record_binary<Division>(a, b);
}
Node Graph::power(Node a, Node b) { return implementation_->record_binary<Power>(a, b); }

Node Graph::negate(Node a) { return implementation_->record_unary(kNegate, a); }
Node Graph::exp(Node a) { return implementation_->record_unary(kExp, a); }
Node Graph::log(Node a) { return implementation_->record_unary(kLog, a); }
Node Graph::sin(Node a) { return implementation_->record_unary(kSin, a); }
Node Graph::cos(Node a) { return implementation_->record_unary(kCos, a); }
Node Graph::tan(Node a) { return implementation_->record_unary(kTan, a); }
Node Graph::tanh(Node a) { return implementation_->record_unary(kTanh, a); }
Node Graph::sqrt(Node a) { return implementation_->record_unary(kSqrt, a); }
Node Graph::abs(Node a) { return implementation_->record_unary(kAbs, a); }
Node Graph::relu(Node a) { return implementation_->record_unary(kRelu, a); }
Node Graph::sigmoid(Node a) { return implementation_->record_unary(kSigmoid, a); }

Node Graph::linear(Node x, Node weight, Node bias) {
  Variable& input = implementation_->at(x);
  Variable& matrix = implementation_->at(weight);
  Variable& offset = implementation_->at(bias);
  return implementation_->record<LinearOperation>(
      {input.shape[0], matrix.shape[0]}, {&input, &matrix, &offset}, input, matrix, offset);
}

Node Graph::softmax(Node a) {
  Variable& operand = implementation_->at(a);
  return implementation_->record<Softmax>(operand.shape, {&operand}, operand);
}

Node Graph::sum(Node a) { return implementation_->record_to_scalar<Sum>(a); }
Node Graph::mean(Node a) { return implementation_->record_to_scalar<Mean>(a); }

Node Graph::mse_loss(Node prediction, Node target) {
  Variable& a = implementation_->at(prediction);
  Variable& b = implementation_->at(target);
  return implementation_->record<MseLoss>({}, {&a, &b}, a, b);
}

Node Graph::cross_entropy(Node logits, Node labels) {
  Variable& a = implementation_->at(logits);
  Variable& b = implementation_->at(labels);
  return implementation_->record<CrossEntropy>({}, {&a}, a, b);
}

std::span<float> Graph::value(Node node) { return implementation_->at(node).value; }
std::span<const float> Graph::value(Node node) const { return implementation_->at(node).value; }
const Shape& Graph::shape(Node node) const { return implementation_->at(node).shape; }

void Graph::forward(bool grad_enabled) {
  for (Variable* leaf : implementation_->leaves) {
    leaf->requires_grad = grad_enabled && leaf->parameter->requires_grad();
  }
  for (const auto& operation : implementation_->operations) operation->forward();
  implementation_->is_evaluated = true;
  implementation_->is_alive = true;
}

bool Graph::is_alive() const { return implementation_->is_alive; }

Status Graph::backward(Node root, bool retain_graph, float seed) {
  Implementation& graph = *implementation_;
  Variable& variable = graph.at(root);
  if (!graph.is_evaluated) {
    return Error{ErrorCode::kAutograd, "", "backward() before the first forward(): no graph yet"};
  }
  if (!variable.requires_grad) {
    return Error{ErrorCode::kAutograd, "",
                 "element 0 of tensors does not require grad and does not have a grad_fn"};
  }
  if (variable.size() != 1) {
    return Error{ErrorCode::kAutograd, "",
                 "grad can be implicitly created only for scalar outputs"};
  }
  // A parameter frozen since forward gets nothing, though the graph was made with it.
  for (Variable* leaf : graph.leaves) {
    leaf->requires_grad = leaf->requires_grad && leaf->parameter->requires_grad();
  }
  if (!retain_graph) graph.is_alive = false;
  Status status = graph.propagate(variable, retain_graph, seed);
  graph.flush_leaves(status.ok());
  return status;
}

std::string_view Graph::first_non_finite_result() const {
  for (const auto& operation : implementation_->operations) {
    if (!operation->result_is_finite()) return operation->name();
  }
  return {};
}

std::string_view Graph::first_non_finite_gradient() const {
  const auto& operations = implementation_->operations;
  for (auto operation = operations.rbegin(); operation != operations.rend(); ++operation) {
    if (!(*operation)->gradients_are_finite()) return (*operation)->name();
  }
  return {};
}

void Graph::archive(Archive& archive) {
  Implementation& graph = *implementation_;
  for (Variable& variable : graph.variables) {
    archive.values(std::span<float>(variable.value_memory));
    archive.value(variable.requires_grad);
  }
  for (const auto& operation : graph.operations) operation->archive(archive);
  archive.value(graph.is_evaluated);
  archive.value(graph.is_alive);
}

}  // namespace steplab
