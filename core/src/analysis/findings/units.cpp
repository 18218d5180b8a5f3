// SPDX-License-Identifier: MIT
// Hidden units that are silent for good, or all the same.
#include <algorithm>

#include "analysis/case.hpp"
#include "analysis/findings/questions.hpp"
#include "analysis/hidden_units.hpp"
#include "analysis/options.hpp"
#include "analysis/wording.hpp"

namespace steplab {
namespace {

// A quarter of a layer, and at least two units.
std::size_t many(const HiddenLayer& layer) {
  return std::max<std::size_t>(2, (layer.units + 3) / 4);
}

std::string layer_name(std::size_t layer) { return std::to_string(2 * layer); }

std::optional<Remedy> with_live_units(const Case& run) {
  for (const double factor : {0.1, 0.01}) {
    const auto slower = with_rate_times(run.alone, factor);
    if (!slower) break;
    auto remedy =
        run.improved("Divide the learning rate by " + in_words(1.0 / factor), *slower, 0.9);
    if (remedy || run.lab.has_work()) return remedy;
  }
  Experiment smooth = run.alone;
  std::get<TaskSpec>(smooth.problem).model.activation = "tanh";
  return run.improved("Use tanh between the layers", smooth, 0.9);
}

std::optional<Finding> dead(const Case& run) {
  const auto at_start = hidden_layers(run.alone, run.trial->start);
  const auto at_end = hidden_layers(run.alone, run.trial->end);
  for (std::size_t layer = 0; layer < at_end.size(); ++layer) {
    const std::size_t died =
        at_end[layer].silent - std::min(at_start[layer].silent, at_end[layer].silent);
    const bool is_all = at_end[layer].silent == at_end[layer].units;
    if (died < many(at_end[layer]) && !is_all) continue;
    // A unit that a good run can do without is no fault.
    auto remedy = with_live_units(run);
    if (!remedy && !is_all) return {};
    return Finding{
        .id = "dead_units",
        .severity = Severity::kWarning,
        .line = std::nullopt,
        .iteration = std::nullopt,
        .parameter = layer_name(layer) + ".weight",
        .title = is_all ? "No unit of a layer reacts to anything any more"
                        : "Many units of a layer have gone silent",
        .explanation =
            "A ReLU unit passes nothing on while its input is below 0, and no gradient "
            "comes back through it then. One that is below 0 for every sample never gets "
            "a gradient again: it is dead. Steps that are too long push units there.",
        .pytorch = "PyTorch says nothing: a gradient of 0 is a gradient.",
        .evidence = {{"units of layer " + layer_name(layer),
                      static_cast<double>(at_end[layer].units)},
                     {"silent for every training sample, at the start",
                      static_cast<double>(at_start[layer].silent)},
                     {"silent for every training sample, at the end",
                      static_cast<double>(at_end[layer].silent)}},
        .remedy = std::move(remedy)};
  }
  return {};
}

std::optional<Finding> equal(const Case& run) {
  const auto at_start = hidden_layers(run.alone, run.trial->start);
  const auto at_end = hidden_layers(run.alone, run.trial->end);
  for (std::size_t layer = 0; layer < at_end.size(); ++layer) {
    if (at_end[layer].units < 2 || at_start[layer].distinct > 1 || at_end[layer].distinct > 1)
      continue;
    Experiment drawn = run.alone;
    std::get<TaskSpec>(drawn.problem).model.init = "pytorch";
    return Finding{
        .id = "equal_initialisation",
        .severity = Severity::kError,
        .line = std::nullopt,
        .iteration = 0,
        .parameter = layer_name(layer) + ".weight",
        .title = "All units of a layer are the same, and stay so",
        .explanation =
            "Every unit of the layer starts with the same numbers, so every unit computes "
            "the same, gets the same gradient and takes the same step. However wide the "
            "layer is, it works as a single unit. Random starting weights are what lets "
            "units become different.",
        .pytorch =
            "PyTorch says nothing: nn.Linear starts from random numbers, and whoever replaces "
            "them is free to.",
        .evidence = {{"units of layer " + layer_name(layer),
                      static_cast<double>(at_end[layer].units)},
                     {"different ones at the start", static_cast<double>(at_start[layer].distinct)},
                     {"different ones after " + counted(run.steps(), "iteration", "iterations"),
                      static_cast<double>(at_end[layer].distinct)}},
        .remedy = run.improved("Start from PyTorch's random numbers", drawn)};
  }
  return {};
}

}  // namespace

std::vector<Finding> find_units(const Case& run) {
  if (run.task() == nullptr || run.raises() || run.task()->model.hidden.empty()) return {};
  std::vector<Finding> found;
  if (auto finding = equal(run)) found.push_back(std::move(*finding));
  if (run.task()->model.init == "pytorch") {
    if (auto finding = dead(run)) found.push_back(std::move(*finding));
  }
  return found;
}

}  // namespace steplab
