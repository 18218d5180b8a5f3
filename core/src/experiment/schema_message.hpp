// SPDX-License-Identifier: MIT
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>

#include <string>
#include <string_view>

namespace steplab {

/// What breaks a schema, as the validator found it.
struct SchemaFailure {
  std::string_view keyword;                  ///< the schema's keyword that is not obeyed
  const rapidjson::Value* node = nullptr;    ///< the schema (resolved)
  const rapidjson::Value* value = nullptr;   ///< the offending value; null for an unknown key
  std::string name;                          ///< what to call it: "batch_size", "runs[0]"
  const rapidjson::Value* one_of = nullptr;  ///< the union that `node` is a branch of, or null
};

/// What messages call the value at a pointer: its key, or its array's key and its index.
std::string value_name(const rapidjson::Pointer& pointer);

/// One sentence that names the value and what is allowed.
std::string failure_message(const SchemaFailure& failure);

}  // namespace steplab
