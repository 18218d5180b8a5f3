// SPDX-License-Identifier: MIT
#include "optim/epoch_function.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "optim/rules.hpp"

namespace steplab {
namespace {

constexpr std::string_view kOption = "lr_lambda";
constexpr std::string_view kVariable = "epoch";

}  // namespace

Status EpochFunction::check(const Options& options) {
  const Result<ScalarFormula> parsed = ScalarFormula::parse(options.lr_lambda, kVariable);
  if (parsed) return {};
  Error error = parsed.error();
  error.path = hyper_path(kOption);
  return error;
}

EpochFunction::EpochFunction(const Options& options) {
  Result<ScalarFormula> parsed = ScalarFormula::parse(options.lr_lambda, kVariable);
  if (parsed) formula_ = std::move(parsed).value();
}

Result<double> EpochFunction::at(double epoch) {
  const double value = formula_(epoch);
  if (std::isfinite(value)) return value;
  return invalid_hyper(kOption, "lr_lambda has no finite value at epoch " +
                                    rules::as_integer(epoch) + ", where Python raises an error");
}

}  // namespace steplab
