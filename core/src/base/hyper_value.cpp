// SPDX-License-Identifier: MIT
#include "steplab/base/hyper_value.hpp"

#include <cstdio>
#include <cstdlib>

namespace steplab {
namespace {

// The shortest decimal that reads back to the same double, as Python's repr prints it.
std::string number_to_python(double value) {
  if (value != value) return "nan";
  if (value - value != 0.0) return value > 0 ? "inf" : "-inf";
  char text[40];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*e", digits - 1, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  // text is d.ddde±xx; Python writes exponents from −4 to 15 out as a plain decimal.
  std::string digits;
  const char* cursor = text;
  std::string sign;
  if (*cursor == '-') {
    sign = "-";
    ++cursor;
  }
  for (; *cursor != 'e'; ++cursor) {
    if (*cursor != '.') digits += *cursor;
  }
  const int exponent = std::atoi(cursor + 1);
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    std::string mantissa = digits.substr(0, 1);
    if (count > 1) mantissa += "." + digits.substr(1);
    std::snprintf(text, sizeof text, "e%c%02d", exponent < 0 ? '-' : '+', std::abs(exponent));
    return sign + mantissa + text;
  }
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  if (count <= exponent + 1) return sign + digits + std::string(exponent + 1 - count, '0') + ".0";
  return sign + digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

struct PythonPrinter {
  std::string operator()(std::monostate) const { return "None"; }
  std::string operator()(bool flag) const { return flag ? "True" : "False"; }
  std::string operator()(double number) const { return number_to_python(number); }
  std::string operator()(const std::vector<double>& tuple) const {
    std::string text = "(";
    for (std::size_t i = 0; i < tuple.size(); ++i) {
      if (i > 0) text += ", ";
      text += number_to_python(tuple[i]);
    }
    return text + (tuple.size() == 1 ? ",)" : ")");
  }
  std::string operator()(const std::string& name) const { return "'" + name + "'"; }
};

}  // namespace

std::string to_python(const HyperValue& value) { return std::visit(PythonPrinter{}, value); }

}  // namespace steplab
