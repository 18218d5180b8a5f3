// SPDX-License-Identifier: MIT
#include "session/number_text.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace steplab {
namespace {

std::string non_finite_text(double value) {
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

}  // namespace

std::string float_text(float value) {
  if (!std::isfinite(value)) return non_finite_text(value);
  char text[32];
  for (int digits = 6; digits <= 9; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
    if (std::strtof(text, nullptr) == value) break;
  }
  return text;
}

std::string double_text(double value) {
  if (!std::isfinite(value)) return non_finite_text(value);
  char text[40];
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  return text;
}

}  // namespace steplab
