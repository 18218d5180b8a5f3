// SPDX-License-Identifier: MIT
// Gradients that die out or blow up on their way back through the layers.
#include <cmath>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

constexpr double kVanished = 1e-3;  // of the last layer's gradient
constexpr double kExploded = 1e3;

// The root mean square of a layer's gradient, from the input on, after the first backward.
std::vector<double> gradients_of_layers(const Observation& seen) {
  std::vector<double> sizes;
  for (const ParameterSeen& parameter : seen.parameters) {
    const bool is_weight = parameter.name.size() > 7 &&
                           parameter.name.compare(parameter.name.size() - 7, 7, ".weight") == 0;
    if (!is_weight) continue;
    if (parameter.first_grad_norm < 0.0F) return {};
    sizes.push_back(static_cast<double>(parameter.first_grad_norm) /
                    std::sqrt(static_cast<double>(parameter.elements)));
  }
  return sizes;
}

// The change of the model after which the run ends best.
std::optional<Remedy> with_another_model(const Case& run) {
  std::optional<Remedy> best;
  const auto consider = [&](const std::string& label, const ModelSpec& model) {
    Experiment changed = run.alone;
    std::get<TaskSpec>(changed.problem).model = model;
    auto remedy = run.improved(label, changed, 0.9);
    if (remedy && (!best || remedy->after < best->after)) best = std::move(remedy);
  };
  for (const char* activation : {"relu", "tanh"}) {
    ModelSpec model = run.task()->model;
    if (model.activation == activation) continue;
    model.activation = activation;
    consider(std::string("Use ") + activation + " between the layers", model);
  }
  ModelSpec shallow = run.task()->model;
  shallow.hidden.resize(1);
  consider("Keep one hidden layer", shallow);
  if (run.task()->model.init != "pytorch") {
    ModelSpec drawn = run.task()->model;
    drawn.init = "pytorch";
    consider("Start from PyTorch's random numbers", drawn);
  }
  return best;
}

}  // namespace

std::vector<Finding> find_gradients_by_layer(const Case& run) {
  if (run.task() == nullptr || run.raises() || run.task()->model.hidden.size() < 2) return {};
  const std::vector<double> sizes = gradients_of_layers(*run.seen);
  // Gradients of exactly 0 have other reasons: dead units, equal units.
  if (sizes.size() < 3 || !(sizes.front() > 0.0) || !(sizes.back() > 0.0)) return {};
  const double ratio = sizes.front() / sizes.back();
  const bool vanishes = ratio < kVanished;
  if (!vanishes && ratio < kExploded) return {};
  auto remedy = with_another_model(run);
  if (!remedy) return {};
  std::vector<Evidence> evidence;
  for (std::size_t layer = 0; layer < sizes.size(); ++layer) {
    evidence.push_back(
        {"size of the gradient in layer " + std::to_string(2 * layer), sizes[layer]});
  }
  const std::string share = in_words(vanishes ? 1.0 / ratio : ratio);
  return {
      {.id = vanishes ? "vanishing_gradients" : "exploding_gradients",
       .severity = Severity::kWarning,
       .line = run.line_of(InstructionKind::kBackward),
       .iteration = 0,
       .parameter = "0.weight",
       .title = vanishes ? "Gradients die out before they reach the first layer"
                         : "Gradients blow up on their way to the first layer",
       .explanation =
           "Backpropagation multiplies the gradient by every layer that it passes. Here each one "
           "makes it " +
           std::string(vanishes ? "smaller" : "larger") + ": the first layer's gradient is " +
           share + (vanishes ? " times smaller" : " times larger") +
           " than the last one's, and no one learning rate suits both.",
       .pytorch = "PyTorch says nothing: it computes the gradients that there are.",
       .evidence = std::move(evidence),
       .remedy = std::move(remedy)}};
}

}  // namespace steplab
