// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <string_view>

#include "steplab/base/error.hpp"

namespace steplab {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxDocumentDepth = 32;

/// Reads JSON strictly: no duplicate keys, no NaN, no number beyond double, valid UTF-8, bounded
/// size and nesting. A number written with a fraction or an exponent but without either in value
/// (100.0, 1e3) is read as an integer, as in JavaScript.
Status read_json(std::string_view json, rapidjson::Document& document);

}  // namespace steplab
