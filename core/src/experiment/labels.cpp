// SPDX-License-Identifier: MIT
#include "experiment/labels.hpp"

#include <set>

#include "steplab/base/number_text.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMaxLabelCharacters = 80;

// The first `count` characters of a text in UTF-8.
std::string head(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
    if (starts && count-- == 0) break;
  }
  return text.substr(0, end);
}

}  // namespace

std::string default_label(const RunSpec& run) {
  for (const auto& [name, value] : run.optimizer.options) {
    const double* lr = name == "lr" ? std::get_if<double>(&value) : nullptr;
    if (lr != nullptr) return run.optimizer.name + " " + number_text(*lr);
  }
  return run.optimizer.name;
}

void complete_labels(std::vector<RunSpec>& runs) {
  std::set<std::string> taken;
  for (RunSpec& run : runs) {
    if (run.label.empty()) run.label = default_label(run);
    const std::string wanted = run.label;
    for (int number = 2; !taken.insert(run.label).second; ++number) {
      const std::string suffix = " (" + std::to_string(number) + ")";
      run.label = head(wanted, kMaxLabelCharacters - suffix.size()) + suffix;
    }
  }
}

}  // namespace steplab
