// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// A valid experiment drawn from a seed; together they reach every field and every variant.
Experiment random_experiment(std::uint64_t seed);

}  // namespace steplab
