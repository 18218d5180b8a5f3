// SPDX-License-Identifier: MIT
#include "experiment/schema_check.hpp"

// The schema has no `pattern`, so the validator needs no regular expressions.
#define RAPIDJSON_SCHEMA_USE_INTERNALREGEX 0
#define RAPIDJSON_SCHEMA_USE_STDREGEX 0
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <string>

#include "experiment/schema_branch.hpp"
#include "experiment/schema_message.hpp"
#include "experiment/schema_node.hpp"
#include "experiment/value_text.hpp"

namespace steplab {
namespace {

using rapidjson::Document;
using rapidjson::Pointer;
using rapidjson::Value;

std::string text_of(const Pointer& pointer) {
  rapidjson::StringBuffer buffer;
  pointer.Stringify(buffer);
  return {buffer.GetString(), buffer.GetSize()};
}

Error invalid(std::string path, std::string message) {
  return {ErrorCode::kInvalidExperiment, std::move(path), std::move(message)};
}

// A schema whose root is one of the definitions.
Document rooted_at(const Value& reference) {
  Document schema;
  schema.SetObject();
  schema.AddMember("$ref", Value(reference, schema.GetAllocator()), schema.GetAllocator());
  const Value& definitions = schema_document()["definitions"];
  schema.AddMember("definitions", Value(definitions, schema.GetAllocator()), schema.GetAllocator());
  return schema;
}

// Validates `value`, which lies at `path`. Where a union fails, the validator cannot say why; the
// branch that was meant is then validated alone, so that the error names the deepest culprit.
Status check(const Value& value, const Document& schema, const rapidjson::SchemaDocument& compiled,
             const Value* one_of, const Pointer& path) {
  rapidjson::SchemaValidator validator(compiled);
  if (value.Accept(validator)) return {};
  const Pointer relative = validator.GetInvalidDocumentPointer();
  Pointer culprit = path;
  for (std::size_t i = 0; i < relative.GetTokenCount(); ++i) {
    culprit = culprit.Append(relative.GetTokens()[i]);
  }
  SchemaFailure failure;
  failure.keyword = validator.GetInvalidSchemaKeyword();
  failure.node = &resolved(*validator.GetInvalidSchemaPointer().Get(schema));
  failure.value = relative.Get(value);
  failure.name = value_name(culprit);
  if (failure.keyword != "oneOf") {
    if (relative.GetTokenCount() == (failure.keyword == "additionalProperties" ? 1u : 0u)) {
      failure.one_of = one_of;
    }
    return invalid(text_of(culprit), failure_message(failure));
  }
  const Value& branches = (*failure.node)["oneOf"];
  const BranchChoice choice = choose_branch(branches, *failure.value, failure.name);
  if (choice.branch == nullptr) {
    const std::string key = choice.key.empty() ? "" : "/" + pointer_token(choice.key);
    return invalid(text_of(culprit) + key, choice.message);
  }
  const Document branch = rooted_at((*choice.branch)["$ref"]);
  return check(*failure.value, branch, rapidjson::SchemaDocument(branch), &branches, culprit);
}

}  // namespace

Status check_document(const Value& document) {
  static const rapidjson::SchemaDocument compiled(schema_document());
  return check(document, schema_document(), compiled, nullptr, Pointer());
}

Status check_edit(const Value& edit) {
  const Document schema = rooted_at(Value("#/definitions/edit"));
  return check(edit, schema, rapidjson::SchemaDocument(schema), nullptr, Pointer());
}

}  // namespace steplab
