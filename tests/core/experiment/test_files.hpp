// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace steplab {

/// The text of a file under tests/data.
inline std::string read_test_data(const std::string& name) {
  std::ifstream file(std::string(STEPLAB_SOURCE_DIR) + "/tests/data/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace steplab
