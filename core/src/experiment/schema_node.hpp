// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <vector>

namespace steplab {

/// The experiment schema, parsed once.
const rapidjson::Document& schema_document();

/// The schema behind `{"$ref": "#/definitions/…"}`, or the node itself.
const rapidjson::Value& resolved(const rapidjson::Value& node);

/// A member of an object, or nullptr.
const rapidjson::Value* member(const rapidjson::Value& object, std::string_view key);

/// Keys of a schema's `properties`, in order.
std::vector<std::string> known_keys(const rapidjson::Value& node);

/// Keys of a schema's `required`, in order.
std::vector<std::string> required_keys(const rapidjson::Value& node);

/// What a schema allows, for a person: "an integer from 1 to 4096", "\"relu\" or \"tanh\"".
std::string allowed_text(const rapidjson::Value& node);

/// Whether a schema's `type` admits a value; a schema without one admits everything.
bool admits_type(const rapidjson::Value& node, const rapidjson::Value& value);

}  // namespace steplab
