// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace steplab {

/// A number within a sentence: three significant digits.
std::string in_words(double value);

/// "1 batch", "3 batches".
std::string counted(std::size_t count, const std::string& one, const std::string& many);

}  // namespace steplab
