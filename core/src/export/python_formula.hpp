// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "steplab/base/error.hpp"

namespace steplab::python {

/// A formula of x and y (steplab/base/formula.hpp) as an expression of tensors x and y that is a
/// tensor.
Result<std::string> formula_expression(std::string_view formula);

/// A formula of epoch as a function of Python's: `lambda epoch: 0.95**epoch`.
Result<std::string> epoch_lambda(std::string_view formula);

}  // namespace steplab::python
