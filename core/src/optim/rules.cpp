// SPDX-License-Identifier: MIT
#include "optim/rules.hpp"

#include <cmath>

namespace steplab::rules {

Status not_negative(std::string_view name, std::string_view label, double value) {
  if (0.0 <= value) return {};
  return invalid_hyper(name, "Invalid " + std::string(label) + ": " + to_python(value));
}

Status positive(std::string_view name, std::string_view label, double value) {
  if (0.0 < value) return {};
  return invalid_hyper(name, "Invalid " + std::string(label) + ": " + to_python(value));
}

Status at_least(std::string_view name, std::string_view label, double least, double value) {
  if (least <= value) return {};
  return invalid_hyper(name, std::string(label) + " should be >= " + as_integer(least) +
                                 " but is: " + to_python(value));
}

Status betas_below_one(const std::array<double, 2>& betas) {
  for (std::size_t i = 0; i < betas.size(); ++i) {
    if (0.0 <= betas[i] && betas[i] < 1.0) continue;
    return invalid_hyper("betas", "Invalid beta parameter at index " + std::to_string(i) + ": " +
                                      to_python(betas[i]));
  }
  return {};
}

bool is_whole(double value) { return std::floor(value) == value; }

std::string as_integer(double value) {
  std::string text = to_python(value);
  const std::size_t end = text.size() - 2;
  if (text.size() > 2 && text.compare(end, 2, ".0") == 0) text.resize(end);
  return text;
}

Status count(std::string_view name, double value, double least) {
  if (least <= value && is_whole(value)) return {};
  return invalid_hyper(name, "Invalid " + std::string(name) + " value: " + as_integer(value));
}

Status whole_number(std::string_view name, double value) {
  if (is_whole(value)) return {};
  return invalid_hyper(name, std::string(name) + " must be an integer, got " + to_python(value));
}

Status whole_numbers(std::string_view name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (Status status = whole_number(name, values[i]); !status) {
      return Error{status.error().code, status.error().path + "/" + std::to_string(i),
                   status.error().message};
    }
  }
  return {};
}

Status one_per_group(std::string_view name, const GroupNumbers& numbers, std::size_t groups) {
  if (!numbers.is_list() || numbers.list().size() == groups) return {};
  const std::string label(name);
  return invalid_hyper(name, label + " must have the same length as optimizer.param_groups. " +
                                 label + " has " + std::to_string(numbers.list().size()) +
                                 " values, param_groups has " + std::to_string(groups) + ".");
}

Status anneal_strategy(std::string_view strategy) {
  if (strategy == "cos" || strategy == "linear") return {};
  return invalid_hyper("anneal_strategy",
                       "anneal_strategy must be one of 'cos' or 'linear', instead got " +
                           std::string(strategy.empty() ? "None" : strategy));
}

}  // namespace steplab::rules
