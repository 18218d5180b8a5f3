// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace steplab {

/// The version of this build, as CMake's project() states it: "0.1.0".
std::string_view steplab_version();

}  // namespace steplab
