// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// A number among a run's optimizer options, or its default in the registry.
std::optional<double> optimizer_number(const RunSpec& run, std::string_view name);
/// The same for a flag; false where there is none.
bool optimizer_flag(const RunSpec& run, std::string_view name);

/// Sets an option of the optimizer.
void set_option(NamedSpec& named, const std::string& name, HyperValue value);

/// The experiment with every learning rate that its only run names multiplied; nullopt where the
/// optimizer has none.
std::optional<Experiment> with_rate_times(const Experiment& alone, double factor);

}  // namespace steplab
