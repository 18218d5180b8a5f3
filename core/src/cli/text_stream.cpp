// SPDX-License-Identifier: MIT
#include "cli/text_stream.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace steplab {
namespace {

Error system_error(const std::string& attempt) {
  return {ErrorCode::kInvalidArgument, "", attempt + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::string> read_text(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return system_error("cannot be opened");
  // A folder opens but cannot be read.
  stream.peek();
  if (stream.bad()) return system_error("cannot be read");
  stream.clear();
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Status write_text(const std::string& file, std::string_view text) {
  if (file == "-") {
    std::cout << text << std::flush;
    return std::cout ? Status() : system_error("cannot be written");
  }
  std::ofstream stream(file, std::ios::binary);
  if (!stream) return system_error("cannot be opened");
  stream << text << std::flush;
  return stream ? Status() : system_error("cannot be written");
}

std::string input_name(const std::string& file) { return file == "-" ? "<stdin>" : file; }

}  // namespace steplab
