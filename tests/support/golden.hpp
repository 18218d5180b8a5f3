// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/hyper_value.hpp"

/// Reading of tests/golden/ (its README.md describes the files) and comparing by bits.
namespace steplab::golden {

using Json = rapidjson::Value;

/// A file by its path below tests/golden/; a test failure and null when it cannot be read.
inline rapidjson::Document load(const std::string& path) {
  std::ifstream file(std::string(STEPLAB_GOLDEN_DIR) + "/" + path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  rapidjson::Document document;
  document.Parse<rapidjson::kParseFullPrecisionFlag>(text.c_str());
  EXPECT_FALSE(document.HasParseError()) << "tests/golden/" << path << " is missing or broken";
  return document;
}

/// Float32 elements as the files write them: eight hexadecimal digits each, row-major.
inline std::string bits_of(std::span<const float> values) {
  std::string text;
  for (const float value : values) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    char digits[9];
    std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(bits));
    text += digits;
  }
  return text;
}

inline std::vector<float> floats_from(std::string_view text) {
  std::vector<float> values;
  for (std::size_t i = 0; i + 8 <= text.size(); i += 8) {
    const std::string digits(text.substr(i, 8));
    const auto bits = static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
    float value = 0.0F;
    std::memcpy(&value, &bits, sizeof value);
    values.push_back(value);
  }
  return values;
}
inline std::vector<float> floats_from(const Json& text) {
  return floats_from(std::string_view(text.GetString(), text.GetStringLength()));
}

/// A double as sixteen hexadecimal digits.
inline std::string bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(bits));
  return digits;
}

/// A JSON value as a hyper-parameter's.
inline HyperValue hyper_value_from(const Json& value) {
  if (value.IsBool()) return value.GetBool();
  if (value.IsNumber()) return value.GetDouble();
  if (value.IsString()) return std::string(value.GetString());
  if (value.IsNull()) return std::monostate();
  std::vector<double> tuple;
  for (const Json& element : value.GetArray()) tuple.push_back(element.GetDouble());
  return tuple;
}

inline HyperValues hyper_values_from(const Json& object) {
  HyperValues values;
  for (const auto& member : object.GetObject()) {
    values.emplace_back(member.name.GetString(), hyper_value_from(member.value));
  }
  return values;
}

/// The 64-bit FNV-1a hash of bytes.
class Hash {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i) value_ = (value_ ^ bytes[i]) * 0x100000001b3ULL;
  }
  void add(std::span<const float> values) { add(values.data(), values.size_bytes()); }

  std::string text() const {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value_));
    return digits;
  }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace steplab::golden
