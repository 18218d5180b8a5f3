// SPDX-License-Identifier: MIT
#include "experiment/schema_message.hpp"

#include <algorithm>
#include <vector>

#include "experiment/schema_node.hpp"
#include "experiment/value_text.hpp"

namespace steplab {
namespace {

using rapidjson::Value;

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? "" : "; did you mean " + quoted(near) + "?";
}

// The key that this branch requires and the branches that require `key` do not, or "": the two
// exclude each other.
std::string rival_of(const std::string& key, const SchemaFailure& failure) {
  if (failure.one_of == nullptr) return "";
  for (const Value& branch : failure.one_of->GetArray()) {
    const std::vector<std::string> theirs = required_keys(resolved(branch));
    if (std::find(theirs.begin(), theirs.end(), key) == theirs.end()) continue;
    for (const std::string& own : required_keys(*failure.node)) {
      if (std::find(theirs.begin(), theirs.end(), own) == theirs.end()) return own;
    }
  }
  return "";
}

std::string unknown_key_message(const SchemaFailure& failure) {
  const std::string rival = rival_of(failure.name, failure);
  if (!rival.empty()) {
    return quoted(failure.name) + " cannot stand beside " + quoted(rival) + "; give one of them";
  }
  const std::vector<std::string> known = known_keys(*failure.node);
  return "unknown key " + quoted(failure.name) + "; known keys are " + joined(known, " and ") +
         suggestion(failure.name, known);
}

std::string missing_key_message(const SchemaFailure& failure) {
  const std::vector<std::string> required = required_keys(*failure.node);
  const auto missing = std::find_if(required.begin(), required.end(), [&](const std::string& key) {
    return member(*failure.value, key) == nullptr;
  });
  const std::string message = "missing key " + quoted(*missing) + " in " + failure.name;
  const std::string allowed =
      allowed_text(resolved((*failure.node)["properties"][missing->c_str()]));
  return allowed.empty() ? message : message + "; it must be " + allowed;
}

// A bare "clip_grad_norm" where {"clip_grad_norm": …} is meant.
bool names_a_sibling(const SchemaFailure& failure, const std::string& word) {
  if (failure.one_of == nullptr) return false;
  const auto& branches = failure.one_of->GetArray();
  return std::any_of(branches.begin(), branches.end(), [&](const Value& branch) {
    const std::vector<std::string> required = required_keys(resolved(branch));
    return required.size() == 1 && required.front() == word;
  });
}

std::string wrong_value_message(const SchemaFailure& failure) {
  const std::string message = failure.name + " is " + value_text(*failure.value);
  if (!failure.value->IsString()) {
    return message + "; it must be " + allowed_text(*failure.node);
  }
  const std::string word(failure.value->GetString(), failure.value->GetStringLength());
  if (names_a_sibling(failure, word)) {
    return message + "; it needs a value, as in {" + quoted(word) + ": 1.0}";
  }
  std::vector<std::string> candidates;
  if (const Value* values = member(*failure.node, "enum")) {
    for (const Value& value : values->GetArray()) {
      if (value.IsString()) candidates.emplace_back(value.GetString());
    }
  }
  return message + "; it must be " + allowed_text(*failure.node) + suggestion(word, candidates);
}

}  // namespace

std::string value_name(const rapidjson::Pointer& pointer) {
  const auto* tokens = pointer.GetTokens();
  const std::size_t count = pointer.GetTokenCount();
  std::string indices;
  for (std::size_t i = count; i-- > 0;) {
    const std::string token(tokens[i].name, tokens[i].length);
    if (tokens[i].index == rapidjson::kPointerInvalidIndex) return token + indices;
    indices = "[" + token + "]" + indices;
  }
  return "the document" + indices;
}

std::string failure_message(const SchemaFailure& failure) {
  if (failure.keyword == "additionalProperties") return unknown_key_message(failure);
  if (failure.keyword == "required") return missing_key_message(failure);
  return wrong_value_message(failure);
}

}  // namespace steplab
