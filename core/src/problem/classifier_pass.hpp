// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "steplab/autograd/graph.hpp"
#include "steplab/nn/mlp.hpp"
#include "steplab/problem/dataset.hpp"
#include "steplab/problem/task_problem.hpp"

namespace steplab {

/// The number of a network's outputs for that many classes under a loss.
std::size_t output_count(Loss loss, std::size_t classes);

/// A graph of a model and its loss over a fixed number of samples, and how samples, targets and
/// outputs are laid out in it. Training and evaluation each have their own over the same
/// parameters.
class ClassifierPass {
 public:
  ClassifierPass(Mlp& model, Loss loss, std::size_t samples, std::size_t features,
                 std::size_t classes);

  std::size_t samples() const { return samples_; }

  /// Room for the inputs, [samples, features], to be filled before forward().
  std::span<float> x() { return graph_.value(x_); }
  /// Sets what the loss compares a sample's output with.
  void set_target(std::size_t sample, std::uint32_t label);

  void forward(bool grad_enabled = true) { graph_.forward(grad_enabled); }
  float loss() const { return graph_.value(loss_)[0]; }
  Status backward(bool retain_graph, float seed = 1.0F) {
    return graph_.backward(loss_, retain_graph, seed);
  }

  /// A sample's raw outputs.
  std::span<const float> output(std::size_t sample) const;
  /// The class that the outputs speak for; the first of equals.
  std::uint32_t predicted_class(std::size_t sample) const;

  /// Of its graph; Graph says what they are.
  std::string_view first_non_finite_result() const { return graph_.first_non_finite_result(); }
  std::string_view first_non_finite_gradient() const { return graph_.first_non_finite_gradient(); }

  void archive(Archive& archive) { graph_.archive(archive); }

 private:
  Loss loss_kind_;
  std::size_t samples_;
  std::size_t outputs_;
  Graph graph_;
  Node x_;
  Node output_;
  Node target_;
  Node loss_;
};

}  // namespace steplab
