// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "steplab/base/error.hpp"

namespace steplab {

/// The whole text of a file, or of standard input for "-".
Result<std::string> read_text(const std::string& file);

/// Writes a file, or standard output for "-".
Status write_text(const std::string& file, std::string_view text);

/// What messages call a file name: "-" is <stdin>.
std::string input_name(const std::string& file);

}  // namespace steplab
