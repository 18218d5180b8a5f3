// SPDX-License-Identifier: MIT
#include "steplab/problem/problem.hpp"

namespace steplab {
namespace {

Error has_no_layers() { return {ErrorCode::kLoop, "", "name 'model' is not defined", -1}; }

}  // namespace

Status Problem::add_layer() { return has_no_layers(); }
Status Problem::replace_layer(std::string_view) { return has_no_layers(); }

}  // namespace steplab
