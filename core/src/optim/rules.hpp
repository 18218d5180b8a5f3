// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "steplab/base/error.hpp"

/// The checks of torch.optim's constructors, with its texts. They accept exactly what PyTorch's
/// accept: NaN is refused except where PyTorch tests `x < 0`.
namespace steplab::rules {

/// `not 0.0 <= value` is an error: "Invalid learning rate: -1.0".
Status not_negative(std::string_view name, std::string_view label, double value);

/// `not 0.0 < value` is an error, with the same text.
Status positive(std::string_view name, std::string_view label, double value);

/// `0.0 <= beta < 1.0` for each beta: "Invalid beta parameter at index 0: 1.0".
Status betas_below_one(const std::array<double, 2>& betas);

/// A required integer of a scheduler: present, and a whole number, which PyTorch leaves unchecked.
Status whole_number(std::string_view owner, std::string_view name,
                    const std::optional<double>& value);

/// The first error, or success.
template <class... Statuses>
Status all(Statuses&&... statuses) {
  Status first;
  (void)((first = std::move(statuses), first.ok()) && ...);
  return first;
}

}  // namespace steplab::rules
