// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "steplab/session/session.hpp"

namespace steplab {

/// About how many microseconds an iteration takes, by the size of the model and the batch. Not
/// measured, so that a diagnosis is the same on every machine.
double iteration_effort(const Session& session);

/// How many of an experiment's steps the doctor looks at: all, unless that would take too long.
std::size_t iterations_within_effort(const Session& session);

}  // namespace steplab
