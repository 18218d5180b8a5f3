// SPDX-License-Identifier: MIT
#include "optim/hyper_table.hpp"

#include <algorithm>
#include <utility>

namespace steplab {

HyperValue to_hyper_value(double number) { return number; }

HyperValue to_hyper_value(bool flag) { return flag; }

HyperValue to_hyper_value(const std::array<double, 2>& pair) {
  return std::vector<double>(pair.begin(), pair.end());
}

HyperValue to_hyper_value(const std::optional<double>& number) {
  return number ? HyperValue(*number) : HyperValue();
}

bool assign(double& member, const HyperValue& value) {
  const double* number = std::get_if<double>(&value);
  if (number != nullptr) member = *number;
  return number != nullptr;
}

bool assign(bool& member, const HyperValue& value) {
  const bool* flag = std::get_if<bool>(&value);
  if (flag != nullptr) member = *flag;
  return flag != nullptr;
}

bool assign(std::array<double, 2>& member, const HyperValue& value) {
  const auto* tuple = std::get_if<std::vector<double>>(&value);
  const bool fits = tuple != nullptr && tuple->size() == member.size();
  if (fits) std::copy(tuple->begin(), tuple->end(), member.begin());
  return fits;
}

bool assign(std::optional<double>& member, const HyperValue& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    member.reset();
    return true;
  }
  return assign(member.emplace(), value);
}

std::string_view accepted_kind(const double&) { return "a number"; }
std::string_view accepted_kind(const bool&) { return "True or False"; }
std::string_view accepted_kind(const std::array<double, 2>&) { return "a tuple of 2 numbers"; }
std::string_view accepted_kind(const std::optional<double>&) { return "a number or None"; }

std::string hyper_path(std::string_view name) {
  std::string path = "/";
  for (const char character : name) {
    if (character == '~') {
      path += "~0";
    } else if (character == '/') {
      path += "~1";
    } else {
      path += character;
    }
  }
  return path;
}

Error invalid_hyper(std::string_view name, std::string message) {
  return {ErrorCode::kInvalidHyperParameter, hyper_path(name), std::move(message)};
}

Error wrong_type(std::string_view name, std::string_view accepted, const HyperValue& value) {
  return invalid_hyper(
      name, std::string(name) + " must be " + std::string(accepted) + ", got " + to_python(value));
}

Error unknown_hyper(std::string_view owner, std::string_view name,
                    std::span<const std::string_view> known) {
  std::string message =
      std::string(owner) + " has no hyper-parameter '" + std::string(name) + "'; it has ";
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) message += ", ";
    message += known[i];
  }
  return invalid_hyper(name, std::move(message));
}

}  // namespace steplab
