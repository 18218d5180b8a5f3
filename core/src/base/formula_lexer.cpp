// SPDX-License-Identifier: MIT
#include "base/formula_lexer.hpp"

#include <cstdint>
#include <limits>

#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// The value of a well-formed number. Exact for up to 15 digits and small exponents, else within
/// two ulp; unlike strtod it knows no locale, and brings no 128-bit arithmetic into the wasm.
double number_value(std::string_view text) {
  constexpr std::uint64_t kMantissaLimit = 100'000'000'000'000'000;
  constexpr int kExponentLimit = 300;  // beyond it every float32 is 0 or infinite
  std::uint64_t mantissa = 0;
  int exponent = 0;
  std::size_t i = 0;
  bool in_fraction = false;
  for (; i < text.size() && (is_digit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      in_fraction = true;
    } else if (mantissa < kMantissaLimit) {
      mantissa = mantissa * 10 + static_cast<std::uint64_t>(text[i] - '0');
      exponent -= in_fraction ? 1 : 0;
    } else {
      exponent += in_fraction ? 0 : 1;
    }
  }
  if (i < text.size()) {
    ++i;
    const bool is_negative = text[i] == '-';
    if (text[i] == '-' || text[i] == '+') ++i;
    int written = 0;
    for (; i < text.size(); ++i) {
      // a long fraction may outweigh the exponent: hence the room above the limit
      if (written < 10 * kExponentLimit) written = written * 10 + (text[i] - '0');
    }
    exponent += is_negative ? -written : written;
  }
  const auto value = static_cast<double>(mantissa);
  if (mantissa == 0 || exponent < -kExponentLimit) return 0.0;
  if (exponent > kExponentLimit) return std::numeric_limits<double>::infinity();
  const std::uint64_t power = static_cast<std::uint64_t>(exponent < 0 ? -exponent : exponent);
  return exponent < 0 ? value / exact_powi(10.0, power) : value * exact_powi(10.0, power);
}

}  // namespace

FormulaToken FormulaLexer::next() {
  while (offset_ < formula_.size() && is_space(formula_[offset_])) ++offset_;
  if (offset_ == formula_.size()) return take(FormulaTokenKind::kEnd, 0);
  if (const std::size_t length = number_length(); length > 0) {
    FormulaToken token = take(FormulaTokenKind::kNumber, length);
    token.number = number_value(token.text);
    return token;
  }
  if (const std::size_t length = name_length(); length > 0) {
    return take(FormulaTokenKind::kName, length);
  }
  switch (formula_[offset_]) {
    case '+':
      return take(FormulaTokenKind::kPlus, 1);
    case '-':
      return take(FormulaTokenKind::kMinus, 1);
    case '*':
      return take(FormulaTokenKind::kTimes, 1);
    case '/':
      return take(FormulaTokenKind::kDivide, 1);
    case '^':
      return take(FormulaTokenKind::kPower, 1);
    case '(':
      return take(FormulaTokenKind::kOpen, 1);
    case ')':
      return take(FormulaTokenKind::kClose, 1);
    default:
      return take(FormulaTokenKind::kUnknown, unknown_length());
  }
}

FormulaToken FormulaLexer::take(FormulaTokenKind kind, std::size_t length) {
  FormulaToken token;
  token.kind = kind;
  token.text = formula_.substr(offset_, length);
  token.position = static_cast<int>(offset_);
  offset_ += length;
  return token;
}

std::size_t FormulaLexer::number_length() const {
  const std::size_t whole = count_digits(formula_, offset_);
  std::size_t end = offset_ + whole;
  if (end < formula_.size() && formula_[end] == '.') {
    const std::size_t fraction = count_digits(formula_, end + 1);
    if (whole + fraction == 0) return 0;
    end += 1 + fraction;
  } else if (whole == 0) {
    return 0;
  }
  // "2e" without digits is 2 followed by the name e
  if (end < formula_.size() && (formula_[end] == 'e' || formula_[end] == 'E')) {
    std::size_t digits = end + 1;
    if (digits < formula_.size() && (formula_[digits] == '+' || formula_[digits] == '-')) ++digits;
    if (const std::size_t count = count_digits(formula_, digits); count > 0) end = digits + count;
  }
  return end - offset_;
}

std::size_t FormulaLexer::name_length() const {
  std::size_t end = offset_;
  while (end < formula_.size() &&
         (is_letter(formula_[end]) || (end > offset_ && is_digit(formula_[end])))) {
    ++end;
  }
  return end - offset_;
}

std::size_t FormulaLexer::unknown_length() const {
  // A character beyond ASCII takes its UTF-8 continuation bytes along, so that messages stay text.
  std::size_t end = offset_ + 1;
  const bool is_lead = static_cast<unsigned char>(formula_[offset_]) >= 0xC2U;
  while (is_lead && end < formula_.size() && end < offset_ + 4 &&
         (static_cast<unsigned char>(formula_[end]) & 0xC0U) == 0x80U) {
    ++end;
  }
  return end - offset_;
}

}  // namespace steplab
