// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "steplab/base/error.hpp"
#include "steplab/problem/problem.hpp"

namespace steplab {

/// A loss over two scalar parameters, "x" and "y" (shape []), from a formula in the grammar of
/// formula.hpp.
Result<std::unique_ptr<Problem>> make_surface_problem(std::string_view formula,
                                                      std::array<double, 2> start);

}  // namespace steplab
