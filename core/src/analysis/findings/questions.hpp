// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "analysis/case.hpp"

namespace steplab {

/// Everything that the doctor asks about a run, in the order of findings.inc.
std::span<const Question> questions();

}  // namespace steplab
