// SPDX-License-Identifier: MIT
#include "experiment/value_text.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMaxShownCharacters = 40;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

}  // namespace

std::string quoted(std::string_view text) {
  std::size_t end = 0;
  std::size_t characters = 0;
  while (end < text.size() && characters < kMaxShownCharacters) {
    ++end;
    while (end < text.size() && is_continuation(text[end])) ++end;
    ++characters;
  }
  std::string shown(text.substr(0, end));
  if (end < text.size()) shown += "…";
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(shown.data(), static_cast<rapidjson::SizeType>(shown.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

std::string value_text(const rapidjson::Value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType:
      return "null";
    case rapidjson::kFalseType:
      return "false";
    case rapidjson::kTrueType:
      return "true";
    case rapidjson::kObjectType:
      return value.ObjectEmpty() ? "an empty object" : "an object";
    case rapidjson::kArrayType:
      if (value.Empty()) return "an empty array";
      return "an array of " + std::to_string(value.Size()) +
             (value.Size() == 1 ? " item" : " items");
    case rapidjson::kStringType:
      return quoted({value.GetString(), value.GetStringLength()});
    case rapidjson::kNumberType:
      if (value.IsInt64()) return std::to_string(value.GetInt64());
      if (value.IsUint64()) return std::to_string(value.GetUint64());
      return number_text(value.GetDouble());
  }
  return "";
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

std::string joined(const std::vector<std::string>& words, std::string_view last_separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : std::string(last_separator);
    text += words[i];
  }
  return text;
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestWord = 40;  // keeps hostile keys cheap
  if (word.size() > kLongestWord) return "";
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace steplab
