// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// Whether two experiments are equal in every field; numbers by their bits, so that −0 is not 0.
bool same(const Experiment& a, const Experiment& b);

}  // namespace steplab
