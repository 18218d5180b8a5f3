// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "steplab/base/error.hpp"

namespace steplab {

/// Exit statuses of the command line.
enum class Outcome {
  kSuccess = 0,
  kRunFailed = 1,  ///< a run diverged or raised an error; the trace says where
  kBadInput = 2,   ///< the arguments, the file or the document are wrong; stderr says how
};

/// Says on stderr what is wrong with an input: `steplab: FILE: /problem/batch_size: …`.
Outcome refuse(const std::string& input, const Error& error);

}  // namespace steplab
