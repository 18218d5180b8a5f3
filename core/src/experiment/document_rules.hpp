// SPDX-License-Identifier: MIT
#pragma once

#include "steplab/base/error.hpp"
#include "steplab/experiment/experiment.hpp"

namespace steplab {

/// What a schema cannot say: rules between one part of a document and another.
Status check_rules(const Experiment& experiment);

/// The rules that hold for an edit by itself, which lies at `path`.
Status check_rules(const Edit& edit, const std::string& path);

}  // namespace steplab
