// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace steplab {

/// The shortest decimal that reads back to the same finite number, as JSON: 1, 0.001, 1e-8, -0.0.
std::string shortest_text(double value);

/// The same for float32: the reader rounds the decimal to float.
std::string shortest_text(float value);

}  // namespace steplab
