// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace steplab {

enum class FormulaTokenKind {
  kNumber,
  kName,
  kPlus,
  kMinus,
  kTimes,
  kDivide,
  kPower,
  kOpen,
  kClose,
  kEnd,
  kUnknown,  ///< a character that no formula contains
};

struct FormulaToken {
  FormulaTokenKind kind = FormulaTokenKind::kEnd;
  std::string_view text;  ///< as written; empty at the end
  int position = 0;       ///< offset of its first character
  double number = 0.0;    ///< for kNumber
};

/// Cuts a formula into tokens, one at a time.
class FormulaLexer {
 public:
  explicit FormulaLexer(std::string_view formula) : formula_(formula) {}

  FormulaToken next();

 private:
  FormulaToken take(FormulaTokenKind kind, std::size_t length);
  std::size_t number_length() const;
  std::size_t name_length() const;
  std::size_t unknown_length() const;

  std::string_view formula_;
  std::size_t offset_ = 0;
};

}  // namespace steplab
