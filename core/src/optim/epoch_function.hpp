// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "steplab/base/error.hpp"
#include "steplab/base/formula.hpp"

namespace steplab {

/// The `lr_lambda` of LambdaLR and MultiplicativeLR: Python's `lambda epoch: …` as a formula.
class EpochFunction {
 public:
  /// Whether it is one, with the position of what is wrong.
  static Status check(std::string_view formula);

  explicit EpochFunction(std::string_view formula);

  /// Its value; an error where Python would raise one.
  Result<double> at(double epoch);

 private:
  ScalarFormula formula_;
};

}  // namespace steplab
