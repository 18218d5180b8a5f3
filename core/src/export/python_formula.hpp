// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "steplab/base/error.hpp"

namespace steplab::python {

/// A formula of x and y (steplab/problem/formula.hpp) as an expression of tensors x and y that is a
/// tensor.
Result<std::string> formula_expression(std::string_view formula);

}  // namespace steplab::python
