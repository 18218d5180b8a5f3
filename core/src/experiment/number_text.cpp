// SPDX-License-Identifier: MIT
#include "experiment/number_text.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace steplab {
namespace {

// Rewrites printf's d.ddde±xx the way JavaScript writes numbers.
std::string plain_text(std::string_view scientific) {
  const std::size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.data() + e + 1);
  std::string sign;
  std::string digits;
  for (const char c : scientific.substr(0, e)) {
    if (c == '-') {
      sign = "-";
    } else if (c != '.') {
      digits += c;
    }
  }
  const int count = static_cast<int>(digits.size());
  if (exponent < -7 || exponent > 20) {
    if (count > 1) digits.insert(1, ".");
    return sign + digits + "e" + std::to_string(exponent);
  }
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  if (count <= exponent + 1) return sign + digits + std::string(exponent + 1 - count, '0');
  return sign + digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

template <class Number, class Parse>
std::string shortest(Number value, int max_digits, Parse parse) {
  // An integer would lose the sign of zero.
  if (value == 0) return std::signbit(value) ? "-0.0" : "0";
  char text[40];
  for (int digits = 1; digits <= max_digits; ++digits) {
    std::snprintf(text, sizeof text, "%.*e", digits - 1, static_cast<double>(value));
    if (parse(text) == value) break;
  }
  return plain_text(text);
}

}  // namespace

std::string shortest_text(double value) {
  return shortest(value, 17, [](const char* text) { return std::strtod(text, nullptr); });
}

std::string shortest_text(float value) {
  // Through double, as every JSON reader does.
  return shortest(value, 9,
                  [](const char* text) { return static_cast<float>(std::strtod(text, nullptr)); });
}

}  // namespace steplab
