// SPDX-License-Identifier: MIT
#include "experiment/json_reader.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiment/value_text.hpp"

namespace steplab {
namespace {

constexpr unsigned kFlags =
    rapidjson::kParseFullPrecisionFlag | rapidjson::kParseValidateEncodingFlag;
constexpr double kMaxExactInteger = 9007199254740992.0;  // 2^53

// Stands between RapidJSON's reader and the document: refuses what would be ambiguous or too deep,
// and remembers where.
class StrictHandler {
 public:
  explicit StrictHandler(rapidjson::Document& document) : document_(document) {}

  bool Null() { return begin_value() && document_.Null(); }
  bool Bool(bool flag) { return begin_value() && document_.Bool(flag); }
  bool Int(int value) { return begin_value() && document_.Int(value); }
  bool Uint(unsigned value) { return begin_value() && document_.Uint(value); }
  bool Int64(std::int64_t value) { return begin_value() && document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return begin_value() && document_.Uint64(value); }
  bool Double(double value) {
    const bool negative_zero = value == 0.0 && std::signbit(value);
    if (std::trunc(value) == value && std::fabs(value) <= kMaxExactInteger && !negative_zero) {
      return Int64(static_cast<std::int64_t>(value));
    }
    return begin_value() && document_.Double(value);
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }  // never asked for
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return begin_value() && document_.String(text, length, copy);
  }
  bool StartObject() { return begin_value() && open() && document_.StartObject(); }
  bool EndObject(rapidjson::SizeType count) {
    levels_.pop_back();
    return document_.EndObject(count);
  }
  bool StartArray() { return begin_value() && open() && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) {
    levels_.pop_back();
    return document_.EndArray(count);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    Level& level = levels_.back();
    level.key.assign(text, length);
    if (!level.keys.insert(level.key).second) {
      return fail("duplicate key " + quoted(level.key) + "; give it once");
    }
    return document_.Key(text, length, copy);
  }

  // What this handler refused, if it did.
  const std::optional<Error>& error() const { return error_; }

 private:
  // An object or array that is open: the key or the index (from 1) of the value at hand.
  struct Level {
    std::string key;
    std::set<std::string> keys;
    std::size_t items = 0;
  };

  bool begin_value() {
    if (!levels_.empty()) ++levels_.back().items;
    return true;
  }

  bool open() {
    if (levels_.size() == kMaxDocumentDepth) {
      return fail("nested too deeply; at most " + std::to_string(kMaxDocumentDepth) +
                  " levels are allowed");
    }
    levels_.emplace_back();
    return true;
  }

  bool fail(std::string message) {
    std::string path;
    for (const Level& level : levels_) {
      path += "/";
      path += level.keys.empty() ? std::to_string(level.items - 1) : pointer_token(level.key);
    }
    error_ = Error{ErrorCode::kInvalidExperiment, std::move(path), std::move(message)};
    return false;
  }

  rapidjson::Document& document_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

std::string_view expectation(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "expected the end of the document";
    case rapidjson::kParseErrorObjectMissName:
      return "expected a key in double quotes";
    case rapidjson::kParseErrorObjectMissColon:
      return "expected \":\" after the key";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "expected \",\" or \"}\"";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "expected \",\" or \"]\"";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "expected four hexadecimal digits after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "expected a pair of surrogates after \\u";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "expected one of \" \\ / b f n r t u after \\";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "expected a closing double quote";
    case rapidjson::kParseErrorStringInvalidEncoding:
      return "expected text in UTF-8, without control characters";
    case rapidjson::kParseErrorNumberTooBig:
      return "expected a number that a double can hold";
    case rapidjson::kParseErrorNumberMissFraction:
      return "expected digits after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "expected digits after the exponent";
    default:
      return "expected an object, an array, a string, a number, true, false or null";
  }
}

// The first character that does not fit, for a person.
std::string found_at(std::string_view json, std::size_t offset) {
  if (offset >= json.size()) return "the end";
  const std::string_view rest = json.substr(offset);
  for (const std::string_view word : {"NaN", "Infinity", "-NaN", "-Infinity", "undefined"}) {
    if (rest.substr(0, word.size()) == word) return std::string(word);
  }
  const std::size_t end = rest.find_first_of(" \t\r\n,:{}[]\"'");
  return quoted(rest.substr(0, std::max<std::size_t>(end == rest.npos ? rest.size() : end, 1)));
}

Error not_json(std::string_view json, const rapidjson::ParseResult& result) {
  // RapidJSON stops behind the sign or the first letter of a literal that it does not know.
  std::size_t offset = std::min(result.Offset(), json.size());
  if (result.Code() == rapidjson::kParseErrorValueInvalid) {
    while (offset > 0 && (std::isalpha(static_cast<unsigned char>(json[offset - 1])) ||
                          json[offset - 1] == '-')) {
      --offset;
    }
  }
  std::size_t line = 1;
  std::size_t column = 1;
  for (const char c : json.substr(0, offset)) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n') {
      ++line;
      column = 1;
    } else if (!continuation) {
      ++column;
    }
  }
  std::string message = "not JSON: line " + std::to_string(line) + ", column " +
                        std::to_string(column) + ": " + std::string(expectation(result.Code())) +
                        ", found " + found_at(json, offset);
  return {ErrorCode::kInvalidJson, "", std::move(message), static_cast<int>(offset)};
}

}  // namespace

Status read_json(std::string_view json, rapidjson::Document& document) {
  if (json.size() > kMaxDocumentBytes) {
    return Error{ErrorCode::kInvalidJson, "",
                 "the document has " + std::to_string(json.size()) + " bytes; at most " +
                     std::to_string(kMaxDocumentBytes) + " are allowed"};
  }
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  std::optional<Error> refused;
  auto generate = [&](rapidjson::Document& target) {
    StrictHandler handler(target);
    const bool read = static_cast<bool>(reader.Parse<kFlags>(stream, handler));
    refused = handler.error();
    return read;
  };
  document.Populate(generate);
  if (refused) return *refused;
  if (reader.HasParseError()) {
    return not_json(json, {reader.GetParseErrorCode(), reader.GetErrorOffset()});
  }
  // RapidJSON takes a zero byte for the end.
  if (stream.Tell() < json.size()) {
    return not_json(json, {rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell()});
  }
  return {};
}

}  // namespace steplab
