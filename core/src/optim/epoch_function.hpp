// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "optim/hyper_table.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/formula.hpp"

namespace steplab {

/// The `lr_lambda` of LambdaLR and MultiplicativeLR: Python's `lambda epoch: …` as a formula.
class EpochFunction {
 public:
  /// The only option of both.
  struct Options {
    std::string lr_lambda;
  };
  /// Its row.
  static constexpr HyperField field(std::string_view doc) {
    return {STEPLAB_HYPER(lr_lambda),
            STEPLAB_TEXT("f(e)"),
            0.0,
            1.0,
            HyperScale::kLinear,
            doc,
            {},
            false,
            true};
  }
  /// Whether it is such a formula, with the position of what is wrong.
  static Status check(const Options& options);

  explicit EpochFunction(const Options& options);

  /// Its value; an error where Python would raise one.
  Result<double> at(double epoch);

 private:
  ScalarFormula formula_;
};

}  // namespace steplab
