// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace steplab {

/// One hyper-parameter's value as JSON and Python write it: None, a flag, a number, a tuple of
/// numbers (betas) or a name (line_search_fn).
using HyperValue = std::variant<std::monostate, bool, double, std::vector<double>, std::string>;

/// Hyper-parameters by PyTorch's name, in the order they were written.
using HyperValues = std::vector<std::pair<std::string, HyperValue>>;

/// The value as Python prints it: None, True, 0.001, (0.9, 0.999), 'strong_wolfe'.
std::string to_python(const HyperValue& value);

}  // namespace steplab
