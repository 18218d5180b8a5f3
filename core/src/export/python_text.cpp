// SPDX-License-Identifier: MIT
#include "export/python_text.hpp"

#include "steplab/base/number_text.hpp"

namespace steplab::python {

void append(Lines& lines, const Lines& more, std::size_t levels) {
  for (const std::string& line : more) {
    lines.push_back(line.empty() ? line : std::string(4 * levels, ' ') + line);
  }
}

std::string quoted(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string literal = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (code < 0x20 || code == 0x7F) {
      literal += "\\x";
      literal += kDigits[code / 16];
      literal += kDigits[code % 16];
      continue;
    }
    if (letter == '"' || letter == '\\') literal += '\\';
    literal += letter;
  }
  return literal + "\"";
}

std::string number(float value) {
  const std::string text = number_text(value);
  return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

std::string nested_list(const Shape& shape, std::span<const float> values) {
  if (shape.empty()) return number(values.front());
  const Shape inner(shape.begin() + 1, shape.end());
  const std::size_t size = element_count(inner);
  std::string text = "[";
  for (std::size_t i = 0; i < shape.front(); ++i) {
    if (i > 0) text += ", ";
    text += nested_list(inner, values.subspan(i * size, size));
  }
  return text + "]";
}

Lines call(const std::string& head, const Lines& arguments) {
  std::string line = head + "(";
  for (std::size_t i = 0; i < arguments.size(); ++i) line += (i > 0 ? ", " : "") + arguments[i];
  line += ")";
  if (line.size() <= kWidth) return {line};
  Lines lines{head + "("};
  for (const std::string& argument : arguments) lines.push_back("    " + argument + ",");
  lines.push_back(")");
  return lines;
}

Lines wrapped(const std::string& line) {
  Lines lines;
  std::string indent;
  std::size_t start = 0;
  while (line.size() - start + indent.size() > kWidth) {
    std::size_t cut = line.rfind(", ", start + kWidth - indent.size() - 1);
    if (cut == line.npos || cut < start) cut = line.find(", ", start);
    if (cut == line.npos) break;
    lines.push_back(indent + line.substr(start, cut + 1 - start));
    start = cut + 2;
    indent = "    ";
  }
  lines.push_back(indent + line.substr(start));
  return lines;
}

}  // namespace steplab::python
