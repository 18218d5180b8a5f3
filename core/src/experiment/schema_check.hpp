// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>

#include "steplab/base/error.hpp"

namespace steplab {

/// Validates a whole document against the experiment schema.
Status check_document(const rapidjson::Value& document);

/// Validates an edit alone.
Status check_edit(const rapidjson::Value& edit);

}  // namespace steplab
