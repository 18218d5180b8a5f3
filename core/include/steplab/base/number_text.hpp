// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace steplab {

/// The shortest decimal that reads back to the same number, as JSON and JavaScript write it: 1,
/// 0.001, 1e-8, -0.0; nan, inf and -inf when it is not finite. The same text on every platform.
std::string number_text(double value);

/// The same for float32: whoever reads it rounds the decimal to double and that to float, as
/// readers of JSON do.
std::string number_text(float value);

/// As Python's repr writes it: 1.0, 0.001, 1e-08.
std::string python_number_text(double value);

}  // namespace steplab
