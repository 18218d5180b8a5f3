// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace steplab {

/// The shortest decimal of at most 9 significant digits that reads back to the same float32;
/// non-finite numbers are nan, inf and -inf.
std::string float_text(float value);

/// The same for a double, at most 17 digits.
std::string double_text(double value);

}  // namespace steplab
