// SPDX-License-Identifier: MIT
#include "analysis/hidden_units.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "session/assemble.hpp"

namespace steplab {
namespace {

bool same_unit(const std::vector<float>& weight, const std::vector<float>& bias, std::size_t a,
               std::size_t b) {
  const std::size_t width = weight.size() / bias.size();
  return std::memcmp(&weight[a * width], &weight[b * width], width * sizeof(float)) == 0 &&
         std::memcmp(&bias[a], &bias[b], sizeof(float)) == 0;
}

std::size_t count_distinct(const std::vector<float>& weight, const std::vector<float>& bias) {
  std::size_t distinct = 0;
  for (std::size_t unit = 0; unit < bias.size(); ++unit) {
    bool is_new = true;
    for (std::size_t other = 0; other < unit && is_new; ++other) {
      is_new = !same_unit(weight, bias, unit, other);
    }
    if (is_new) ++distinct;
  }
  return distinct;
}

// Runs all training samples through layers of ReLU.
void count_silent(const Experiment& experiment, const std::vector<std::vector<float>>& parameters,
                  std::vector<HiddenLayer>& layers) {
  const auto dataset = assemble_dataset(experiment);
  if (!dataset) return;
  const Tensor& samples = (*dataset)->train_x;
  std::vector<double> input(samples.span().begin(), samples.span().end());
  const std::size_t count = (*dataset)->train_labels.size();
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    const std::vector<float>& weight = parameters[2 * layer];
    const std::vector<float>& bias = parameters[2 * layer + 1];
    const std::size_t width = input.size() / count;
    const std::size_t units = bias.size();
    if (weight.size() != width * units) return;
    std::vector<double> output(count * units);
    std::vector<bool> speaks(units, false);
    for (std::size_t sample = 0; sample < count; ++sample) {
      for (std::size_t unit = 0; unit < units; ++unit) {
        double sum = static_cast<double>(bias[unit]);
        for (std::size_t i = 0; i < width; ++i) {
          sum += input[sample * width + i] * static_cast<double>(weight[unit * width + i]);
        }
        if (sum > 0.0) speaks[unit] = true;
        output[sample * units + unit] = std::max(sum, 0.0);
      }
    }
    layers[layer].silent =
        static_cast<std::size_t>(std::count(speaks.begin(), speaks.end(), false));
    input = std::move(output);
  }
}

}  // namespace

std::vector<HiddenLayer> hidden_layers(const Experiment& experiment,
                                       const std::vector<std::vector<float>>& parameters) {
  const auto* task = std::get_if<TaskSpec>(&experiment.problem);
  if (task == nullptr || parameters.size() != 2 * (task->model.hidden.size() + 1)) return {};
  std::vector<HiddenLayer> layers;
  for (std::size_t layer = 0; layer < task->model.hidden.size(); ++layer) {
    const std::vector<float>& bias = parameters[2 * layer + 1];
    layers.push_back({bias.size(), 0, count_distinct(parameters[2 * layer], bias)});
  }
  // Other activations never fall silent for good.
  if (task->model.activation == "relu") count_silent(experiment, parameters, layers);
  return layers;
}

}  // namespace steplab
