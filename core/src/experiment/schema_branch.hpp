// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>

#include <string>

namespace steplab {

/// The branch of a `oneOf` that a value was meant to be, or why there is none.
struct BranchChoice {
  const rapidjson::Value* branch = nullptr;  ///< `{"$ref": …}`; null when `message` says why
  std::string key;                           ///< member that is wrong; "" for the value itself
  std::string message;
};

/// Finds it by the value's type, then by its discriminators (`kind`, `do`, `name`), then by the key
/// that only one branch requires. `name` is what messages call the value.
BranchChoice choose_branch(const rapidjson::Value& one_of, const rapidjson::Value& value,
                           const std::string& name);

}  // namespace steplab
