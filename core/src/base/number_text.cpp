// SPDX-License-Identifier: MIT
#include "steplab/base/number_text.hpp"

#include <rapidjson/internal/dtoa.h>
#include <rapidjson/internal/strtod.h>

#include <cmath>

namespace steplab {
namespace {

// d.ddd… times ten to the exponent.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// RapidJSON's Grisu2: enough digits to tell the double from its neighbours, now and then one too
// many.
Decimal decimal_of(double positive) {
  char digits[20];
  int length = 0;
  int scale = 0;  // of the last digit
  rapidjson::internal::Grisu2(positive, digits, &length, &scale);
  return {std::string(digits, digits + length), scale + length - 1};
}

Decimal rounded(const Decimal& decimal, std::size_t count) {
  Decimal result = decimal;
  const bool up = decimal.digits[count] >= '5';
  result.digits.resize(count);
  if (!up) return result;
  std::size_t i = count;
  while (i > 0 && result.digits[i - 1] == '9') result.digits[--i] = '0';
  if (i > 0) {
    ++result.digits[i - 1];
  } else {
    result.digits.insert(result.digits.begin(), '1');
    result.digits.pop_back();
    ++result.exponent;
  }
  return result;
}

double parsed(const Decimal& decimal) {
  double significand = 0.0;
  for (const char digit : decimal.digits) significand = significand * 10.0 + (digit - '0');
  const std::size_t length = decimal.digits.size();
  const int scale = decimal.exponent - static_cast<int>(length) + 1;
  return rapidjson::internal::StrtodFullPrecision(significand, scale, decimal.digits.data(), length,
                                                  length, scale);
}

// The shortest decimal for which `is_same` holds.
template <class IsSame>
Decimal shortest(double positive, IsSame is_same) {
  const Decimal exact = decimal_of(positive);
  for (std::size_t count = 1; count < exact.digits.size(); ++count) {
    Decimal candidate = rounded(exact, count);
    if (is_same(parsed(candidate))) return candidate;
  }
  return exact;
}

// Digits with a point where it belongs, for exponents that are written out.
std::string plain(const Decimal& decimal) {
  const int count = static_cast<int>(decimal.digits.size());
  const int exponent = decimal.exponent;
  if (exponent < 0) return "0." + std::string(-exponent - 1, '0') + decimal.digits;
  if (count <= exponent + 1) return decimal.digits + std::string(exponent + 1 - count, '0');
  return decimal.digits.substr(0, exponent + 1) + "." + decimal.digits.substr(exponent + 1);
}

std::string mantissa(const Decimal& decimal) {
  if (decimal.digits.size() == 1) return decimal.digits;
  return decimal.digits.substr(0, 1) + "." + decimal.digits.substr(1);
}

std::string non_finite(double value) {
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

std::string json_text(const Decimal& decimal, bool is_negative) {
  const std::string sign = is_negative ? "-" : "";
  if (decimal.exponent < -7 || decimal.exponent > 20) {
    return sign + mantissa(decimal) + "e" + std::to_string(decimal.exponent);
  }
  return sign + plain(decimal);
}

}  // namespace

std::string number_text(double value) {
  if (!std::isfinite(value)) return non_finite(value);
  // An integer would lose the sign of zero.
  if (value == 0.0) return std::signbit(value) ? "-0.0" : "0";
  const double size = std::fabs(value);
  return json_text(shortest(size, [&](double read) { return read == size; }), value < 0.0);
}

std::string number_text(float value) {
  if (!std::isfinite(value) || value == 0.0F) return number_text(static_cast<double>(value));
  const float size = std::fabs(value);
  return json_text(shortest(size, [&](double read) { return static_cast<float>(read) == size; }),
                   value < 0.0F);
}

std::string python_number_text(double value) {
  if (!std::isfinite(value)) return non_finite(value);
  const std::string sign = std::signbit(value) ? "-" : "";
  if (value == 0.0) return sign + "0.0";
  const double size = std::fabs(value);
  const Decimal decimal = shortest(size, [&](double read) { return read == size; });
  if (decimal.exponent < -4 || decimal.exponent >= 16) {
    const int power = std::abs(decimal.exponent);
    return sign + mantissa(decimal) + (decimal.exponent < 0 ? "e-" : "e+") +
           (power < 10 ? "0" : "") + std::to_string(power);
  }
  const std::string text = plain(decimal);
  return sign + text + (text.find('.') == std::string::npos ? ".0" : "");
}

}  // namespace steplab
