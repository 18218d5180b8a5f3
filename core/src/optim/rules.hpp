// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "optim/hyper_table.hpp"
#include "steplab/base/error.hpp"

/// The checks of torch.optim's constructors, with its texts. They accept exactly what PyTorch's
/// accept: NaN is refused except where PyTorch tests `x < 0`.
namespace steplab::rules {

/// `not 0.0 <= value` is an error: "Invalid learning rate: -1.0".
Status not_negative(std::string_view name, std::string_view label, double value);

/// `not 0.0 < value` is an error, with the same text.
Status positive(std::string_view name, std::string_view label, double value);

/// `not least <= value` is an error: "Learning rate should be >= 0 but is: -1.0".
Status at_least(std::string_view name, std::string_view label, double least, double value);

/// `0.0 <= beta < 1.0` for each beta: "Invalid beta parameter at index 0: 1.0".
Status betas_below_one(const std::array<double, 2>& betas);

/// Whether a number is an integer.
bool is_whole(double value);
/// A number as Python prints it where PyTorch expects an integer: 3, -0.5.
std::string as_integer(double value);

/// An integer that is not below `least`: "Invalid max_eval value: 0.5".
Status count(std::string_view name, double value, double least);

/// What must be an integer in a scheduler, which PyTorch leaves unchecked.
Status whole_number(std::string_view name, double value);
Status whole_numbers(std::string_view name, const std::vector<double>& values);

/// `base_lr`, `max_lr`, …: a list must have a number for each group.
Status one_per_group(std::string_view name, const GroupNumbers& numbers, std::size_t groups);

/// 'cos' or 'linear'.
Status anneal_strategy(std::string_view strategy);

/// The first error, or success.
template <class... Statuses>
Status all(Statuses&&... statuses) {
  Status first;
  (void)((first = std::move(statuses), first.ok()) && ...);
  return first;
}

}  // namespace steplab::rules
