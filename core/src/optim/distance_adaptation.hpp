// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "optim/elementwise.hpp"
#include "optim/rule.hpp"
#include "steplab/base/exact_math.hpp"

/// What Prodigy and the D-Adaptation optimizers share: they estimate d, the distance to the
/// solution, over all groups together, and step by multiples of it. Sums over elements are in
/// double here and in float32 in the references.
namespace steplab::distance_adaptation {

/// A counter that the reference keeps in each group.
constexpr HyperField counter(std::string_view name, std::size_t offset) {
  return {name, HyperType::kNumber, offset, {}, 0.0, 1.0, HyperScale::kLinear, {}, {}, true};
}

/// Every group's learning rate is the largest or 0; the reference's RuntimeError otherwise. The
/// largest, if all is well.
template <class Groups>
Result<double> common_lr(Groups& groups, std::string_view message) {
  double largest = 0.0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    largest = std::fmax(largest, groups.options(g).lr);
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double lr = groups.options(g).lr;
    if (lr == largest || lr == 0.0) continue;
    return Error{ErrorCode::kInvalidHyperParameter, "/lr", std::string(message)};
  }
  return largest;
}

/// The new estimate, when d may not grow by more than the rate; None sets no limit.
inline double grown(double d, double estimated, const std::optional<double>& growth_rate) {
  return growth_rate ? std::fmin(estimated, d * *growth_rate) : estimated;
}

/// √(1 − β₂ᵗ)/(1 − β₁ᵗ) at step t, counted from 1.
inline double bias_correction(const std::array<double, 2>& betas, double step) {
  const auto t = static_cast<std::uint64_t>(step);
  return std::sqrt(1.0 - exact_powi(betas[1], t)) / (1.0 - exact_powi(betas[0], t));
}

}  // namespace steplab::distance_adaptation
