// SPDX-License-Identifier: MIT
#include "experiment/schema_branch.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "experiment/schema_node.hpp"
#include "experiment/value_text.hpp"

namespace steplab {
namespace {

using rapidjson::Value;
using Branches = std::vector<const Value*>;

bool has_property(const Value& branch, std::string_view key) {
  const Value* properties = member(resolved(branch), "properties");
  return properties != nullptr && member(*properties, key) != nullptr;
}

// The values that a branch allows for a discriminating key, or nullptr.
const Value* allowed_values(const Value& branch, std::string_view key) {
  const Value* properties = member(resolved(branch), "properties");
  const Value* property = properties == nullptr ? nullptr : member(*properties, key);
  return property == nullptr ? nullptr : member(*property, "enum");
}

bool contains(const Value& values, const Value& value) {
  return std::any_of(values.Begin(), values.End(),
                     [&](const Value& allowed) { return allowed == value; });
}

void append_unique(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

BranchChoice wrong_type(const Branches& branches, const Value& value, const std::string& name) {
  std::vector<std::string> allowed;
  for (const Value* branch : branches) {
    if (const Value* values = member(resolved(*branch), "enum")) {
      for (const Value& each : values->GetArray()) append_unique(allowed, value_text(each));
    } else {
      append_unique(allowed, allowed_text(resolved(*branch)));
    }
  }
  return {nullptr, "",
          name + " is " + value_text(value) + "; it must be " + joined(allowed, " or ")};
}

// Keeps the branches that allow the value's `key`; sets `failure` when there is none.
void narrow_by(std::string_view key, const Value& value, const std::string& name,
               Branches& branches, BranchChoice& failure) {
  Branches matching;
  Branches open;  // to any value of the key
  std::vector<std::string> allowed;
  bool everywhere = true;
  const Value* found = member(value, key);
  for (const Value* branch : branches) {
    const Value* values = allowed_values(*branch, key);
    if (values == nullptr) {
      everywhere = false;
      if (has_property(*branch, key)) open.push_back(branch);
      continue;
    }
    for (const Value& each : values->GetArray()) append_unique(allowed, value_text(each));
    if (found != nullptr && contains(*values, *found)) matching.push_back(branch);
  }
  if (allowed.empty()) return;
  if (!matching.empty()) {
    branches = std::move(matching);
  } else if (!open.empty()) {
    branches = std::move(open);
  } else if (found != nullptr) {
    failure.key = key;
    failure.message =
        std::string(key) + " is " + value_text(*found) + "; it must be " + joined(allowed, " or ");
    if (found->IsString()) {
      std::vector<std::string> texts;
      for (const std::string& text : allowed) texts.push_back(text.substr(1, text.size() - 2));
      const std::string_view near = nearest({found->GetString(), found->GetStringLength()}, texts);
      if (!near.empty()) failure.message += "; did you mean " + quoted(near) + "?";
    }
  } else if (everywhere) {
    failure.message =
        "missing key " + quoted(key) + " in " + name + "; it must be " + joined(allowed, " or ");
  }
}

// Whether every branch requires the key, so that it tells nothing.
bool is_common(const Branches& branches, const std::string& key) {
  return std::all_of(branches.begin(), branches.end(), [&](const Value* branch) {
    const std::vector<std::string> required = required_keys(resolved(*branch));
    return std::find(required.begin(), required.end(), key) != required.end();
  });
}

BranchChoice choose_by_key(const Branches& branches, const Value& value, const std::string& name) {
  std::vector<std::string> distinctive;
  for (const Value* branch : branches) {
    for (const std::string& key : required_keys(resolved(*branch))) {
      if (is_common(branches, key)) continue;
      if (member(value, key) != nullptr) return {branch, "", ""};
      append_unique(distinctive, quoted(key));
      break;
    }
  }
  return {nullptr, "", "missing key " + joined(distinctive, " or ") + " in " + name};
}

}  // namespace

BranchChoice choose_branch(const Value& one_of, const Value& value, const std::string& name) {
  Branches branches;
  for (const Value& branch : one_of.GetArray()) branches.push_back(&branch);
  const Branches all = branches;
  branches.erase(
      std::remove_if(branches.begin(), branches.end(),
                     [&](const Value* branch) { return !admits_type(resolved(*branch), value); }),
      branches.end());
  if (branches.empty()) return wrong_type(all, value, name);
  BranchChoice failure;
  if (value.IsObject()) {
    for (const std::string_view discriminator : {"kind", "do", "name"}) {
      narrow_by(discriminator, value, name, branches, failure);
      if (!failure.message.empty()) return failure;
    }
  }
  if (branches.size() == 1) return {branches.front(), "", ""};
  return choose_by_key(branches, value, name);
}

}  // namespace steplab
