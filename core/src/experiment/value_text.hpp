// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// The text as JSON writes it, cut after 40 characters.
std::string quoted(std::string_view text);

/// A value as an error message shows it: 0, "adam", null, an object, an array of 3 items.
std::string value_text(const rapidjson::Value& value);

/// One step of a JSON Pointer: ~ and / escaped (RFC 6901).
std::string pointer_token(std::string_view key);

/// "a, b or c".
std::string joined(const std::vector<std::string>& words, std::string_view last_separator);

/// The candidate that `word` was probably meant to be, or "" when none is close.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace steplab
