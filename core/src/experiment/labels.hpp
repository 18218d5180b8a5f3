// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// What a run without a label is called: "Adam 0.001" where the learning rate is given, or "Adam".
std::string default_label(const RunSpec& run);

/// Gives labels to the runs that have none, and numbers to those whose label is taken: "Adam (2)".
void complete_labels(std::vector<RunSpec>& runs);

}  // namespace steplab
