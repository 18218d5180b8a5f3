// SPDX-License-Identifier: MIT
#include "steplab/base/error.hpp"

namespace steplab {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidJson:
      return "invalid_json";
    case ErrorCode::kInvalidExperiment:
      return "invalid_experiment";
    case ErrorCode::kInvalidFormula:
      return "invalid_formula";
    case ErrorCode::kInvalidHyperParameter:
      return "invalid_hyper_parameter";
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kAutograd:
      return "autograd";
    case ErrorCode::kLoop:
      return "loop";
    case ErrorCode::kDisposed:
      return "disposed";
  }
  return "unknown";
}

}  // namespace steplab
