// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/archive.hpp"
#include "steplab/base/parameter.hpp"

namespace steplab {

/// Value, gradient, flags and version of one parameter.
inline void archive_parameter(Archive& archive, Parameter& parameter) {
  bool has_grad = parameter.has_grad();
  bool has_sparse_grad = parameter.has_sparse_grad();
  bool requires_grad = parameter.requires_grad();
  std::uint64_t version = parameter.version();
  archive.value(has_grad);
  archive.value(has_sparse_grad);
  archive.value(requires_grad);
  archive.value(version);
  archive.values(parameter.mutable_value().span());
  // The memory behind a grad of None is kept too: the size of a snapshot must not depend on it.
  parameter.materialize_sparse_grad().archive(archive);
  archive.values(parameter.materialize_grad().span());
  if (has_sparse_grad) parameter.materialize_sparse_grad();
  if (!has_grad) parameter.drop_grad();
  if (!archive.is_restoring()) return;
  parameter.set_requires_grad(requires_grad);
  parameter.set_version(version);
}

}  // namespace steplab
