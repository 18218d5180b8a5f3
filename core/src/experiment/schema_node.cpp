// SPDX-License-Identifier: MIT
#include "experiment/schema_node.hpp"

#include <rapidjson/pointer.h>

#include "experiment/json_reader.hpp"
#include "experiment/value_text.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {
namespace {

using rapidjson::Value;

std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

std::vector<std::string> type_names(const Value& node) {
  const Value* type = member(node, "type");
  if (type == nullptr) return {};
  if (type->IsString()) return {std::string(text_of(*type))};
  std::vector<std::string> names;
  for (const Value& name : type->GetArray()) names.emplace_back(text_of(name));
  return names;
}

// " from 1 to 16", "of at most 80 characters", …
std::string number_range(const Value& node) {
  const Value* minimum = member(node, "minimum");
  const Value* maximum = member(node, "maximum");
  if (minimum == nullptr || maximum == nullptr) return "";
  if (member(node, "exclusiveMinimum") != nullptr) {
    return " above " + value_text(*minimum) + " and at most " + value_text(*maximum);
  }
  return " from " + value_text(*minimum) + " to " + value_text(*maximum);
}

std::string count_range(const Value& node, std::string_view minimum_key,
                        std::string_view maximum_key, const std::string& what) {
  const Value* minimum = member(node, minimum_key);
  const Value* maximum = member(node, maximum_key);
  if (maximum == nullptr) return "";
  if (minimum == nullptr) return " of at most " + value_text(*maximum) + " " + what;
  if (*minimum == *maximum) return " of " + value_text(*maximum) + " " + what;
  return " of " + value_text(*minimum) + " to " + value_text(*maximum) + " " + what;
}

std::string type_text(const Value& node, const std::string& type) {
  if (type == "integer") return "an integer" + number_range(node);
  if (type == "number") return "a number" + number_range(node);
  if (type == "string")
    return "a string" + count_range(node, "minLength", "maxLength", "characters");
  if (type == "array") return "an array" + count_range(node, "minItems", "maxItems", "items");
  if (type == "object")
    return "an object" + count_range(node, "minProperties", "maxProperties", "keys");
  if (type == "boolean") return "true or false";
  return type;
}

}  // namespace

const rapidjson::Document& schema_document() {
  static const rapidjson::Document document = [] {
    rapidjson::Document parsed;
    // By the reader of documents: a second one would be 3 KB of the page.
    [[maybe_unused]] const Status read = read_json(experiment_schema(), parsed);
    return parsed;
  }();
  return document;
}

const Value& resolved(const Value& node) {
  const Value* reference = member(node, "$ref");
  if (reference == nullptr) return node;
  const rapidjson::Pointer pointer(reference->GetString(), reference->GetStringLength());
  return resolved(*pointer.Get(schema_document()));
}

const Value* member(const Value& object, std::string_view key) {
  for (const auto& entry : object.GetObject()) {
    if (text_of(entry.name) == key) return &entry.value;
  }
  return nullptr;
}

std::vector<std::string> known_keys(const Value& node) {
  std::vector<std::string> keys;
  if (const Value* properties = member(node, "properties")) {
    for (const auto& entry : properties->GetObject()) keys.emplace_back(text_of(entry.name));
  }
  return keys;
}

std::vector<std::string> required_keys(const Value& node) {
  std::vector<std::string> keys;
  if (const Value* required = member(node, "required")) {
    for (const Value& key : required->GetArray()) keys.emplace_back(text_of(key));
  }
  return keys;
}

std::string allowed_text(const Value& node) {
  std::vector<std::string> alternatives;
  if (const Value* values = member(node, "enum")) {
    for (const Value& value : values->GetArray()) alternatives.push_back(value_text(value));
  } else {
    for (const std::string& type : type_names(node)) alternatives.push_back(type_text(node, type));
  }
  return joined(alternatives, " or ");
}

bool admits_type(const Value& node, const Value& value) {
  const std::vector<std::string> types = type_names(node);
  for (const std::string& type : types) {
    const bool admitted =
        (type == "object" && value.IsObject()) || (type == "array" && value.IsArray()) ||
        (type == "string" && value.IsString()) || (type == "boolean" && value.IsBool()) ||
        (type == "null" && value.IsNull()) || (type == "number" && value.IsNumber()) ||
        (type == "integer" && (value.IsInt64() || value.IsUint64()));
    if (admitted) return true;
  }
  return types.empty();
}

}  // namespace steplab
