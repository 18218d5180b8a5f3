// SPDX-License-Identifier: MIT
#include "cli/outcome.hpp"

#include <iostream>

namespace steplab {

Outcome refuse(const std::string& input, const Error& error) {
  std::cerr << "steplab: " << input << ": ";
  if (!error.path.empty()) std::cerr << error.path << ": ";
  std::cerr << error.message << "\n";
  return Outcome::kBadInput;
}

}  // namespace steplab
