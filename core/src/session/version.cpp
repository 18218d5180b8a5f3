// SPDX-License-Identifier: MIT
#include "steplab/session/version.hpp"

namespace steplab {

std::string_view steplab_version() { return STEPLAB_VERSION; }

}  // namespace steplab
