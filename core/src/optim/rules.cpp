// SPDX-License-Identifier: MIT
#include "optim/rules.hpp"

#include <cmath>
#include <string>

#include "optim/hyper_table.hpp"

namespace steplab::rules {

Status not_negative(std::string_view name, std::string_view label, double value) {
  if (0.0 <= value) return {};
  return invalid_hyper(name, "Invalid " + std::string(label) + ": " + to_python(value));
}

Status positive(std::string_view name, std::string_view label, double value) {
  if (0.0 < value) return {};
  return invalid_hyper(name, "Invalid " + std::string(label) + ": " + to_python(value));
}

Status betas_below_one(const std::array<double, 2>& betas) {
  for (std::size_t i = 0; i < betas.size(); ++i) {
    if (0.0 <= betas[i] && betas[i] < 1.0) continue;
    return invalid_hyper("betas", "Invalid beta parameter at index " + std::to_string(i) + ": " +
                                      to_python(betas[i]));
  }
  return {};
}

Status whole_number(std::string_view owner, std::string_view name,
                    const std::optional<double>& value) {
  if (!value) {
    return invalid_hyper(name, std::string(owner) +
                                   ".__init__() missing 1 required positional argument: '" +
                                   std::string(name) + "'");
  }
  if (std::floor(*value) == *value) return {};
  return invalid_hyper(name, std::string(name) + " must be an integer, got " + to_python(*value));
}

}  // namespace steplab::rules
