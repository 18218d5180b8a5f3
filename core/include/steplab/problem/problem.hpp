// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/parameter.hpp"

namespace steplab {

/// How well a task's parameters do on all of its data.
struct Evaluation {
  double train_loss = 0.0;
  double train_accuracy = 0.0;  ///< share of samples whose class is right, in [0, 1]
  double test_loss = 0.0;
  double test_accuracy = 0.0;
};

/// Parameters and the loss that judges them: what gives an optimizer its gradients. Every run of a
/// session has its own instance; instances made from the same experiment start with the same bits
/// and see the same mini-batches.
class Problem {
 public:
  Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  virtual ~Problem() = default;

  /// In the order of torch's model.parameters(); stable addresses, also of parameters that have
  /// left the model. The span is valid until the model gets other layers.
  virtual std::span<Parameter* const> parameters() = 0;

  /// Computes the loss on the mini-batch of that iteration (counted from 0). Any iteration may be
  /// asked for at any time: the batch depends on the experiment's seed and the iteration alone.
  /// `grad_enabled` false is torch.no_grad().
  virtual void forward(std::size_t iteration, bool grad_enabled = true) = 0;

  /// The loss as the loop has it; nullopt before a forward, and for recorded gradients, which have
  /// none.
  virtual std::optional<float> loss() const = 0;

  /// Adds the gradients of the loss into the parameters'. Errors as Graph::backward; before any
  /// forward kLoop `name 'loss' is not defined`.
  virtual Status backward(bool retain_graph) = 0;

  /// loss = loss / divisor and loss = loss.detach(). Before any forward kLoop as backward.
  virtual Status scale_loss(std::size_t divisor) = 0;
  virtual Status detach_loss() = 0;

  /// Extends the model by its activation and a Linear layer as wide as its outputs, or puts a new
  /// Linear layer in place of one, which is named by its place in torch.nn.Sequential. New weights
  /// are drawn as PyTorch's are after those of the model. A backward of the last forward still
  /// concerns the layers that it went through. Errors: kLoop where there is no such layer or no
  /// model.
  virtual Status add_layer();
  virtual Status replace_layer(std::string_view layer);
  /// Whether the next forward will be the first through other layers; and has it be, without
  /// computing anything, for a snapshot that was taken after it.
  virtual bool has_new_layers() const { return false; }
  virtual void take_new_layers() {}

  /// The operation that first made something that is not finite in the last forward, or directly
  /// after a backward in that: PyTorch's name, or empty.
  virtual std::string_view first_non_finite_result() const { return {}; }
  virtual std::string_view first_non_finite_gradient() const { return {}; }

  /// Whether there is a model whose prediction labels can be drawn from.
  virtual bool predicts_labels() const { return false; }
  /// Adds the gradient of the loss with labels drawn from the model's prediction (from the seed and
  /// the iteration alone); afterwards the last forward is again the real one. Only where
  /// predicts_labels().
  virtual Status backward_of_sampled_labels(std::size_t /*iteration*/) { return {}; }

  /// Train and test figures of the present parameters; nullopt where there is no data. Does not
  /// disturb a pending backward.
  virtual std::optional<Evaluation> evaluate() { return std::nullopt; }

  /// Class scores of arbitrary points, row-major [points, classes]; false where there is no
  /// classifier. Softmax probabilities for cross-entropy, raw outputs for MSE (of two classes the
  /// one output o is written as −o and o). Does not disturb a pending backward.
  virtual bool predict(std::span<const float> /*points*/, std::span<float> /*scores*/) {
    return false;
  }

  /// Parameters (value, grad, flags, version) and everything else that forward and backward change.
  virtual void archive(Archive& archive) = 0;
};

}  // namespace steplab
