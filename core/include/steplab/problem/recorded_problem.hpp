// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// A gradient written down beforehand: of every element, row-major, or of some rows only.
using RecordedGradient = std::variant<std::vector<float>, RecordedRows>;

/// gradients[step][parameter]; nullopt adds nothing, so that `.grad` may stay None.
using RecordedGradients = std::vector<std::vector<std::optional<RecordedGradient>>>;

/// Parameters whose backward adds recorded gradients: an optimizer on its own, without loss or
/// graph. Iterations past the last recorded step begin again at the first. A gradient whose size
/// differs from its parameter's is an error, and so are rows that it has not.
Result<std::unique_ptr<Problem>> make_recorded_problem(std::vector<Parameter> parameters,
                                                       RecordedGradients gradients);

}  // namespace steplab
