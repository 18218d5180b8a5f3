// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "optim/grouped_optimizer.hpp"
#include "optim/objective.hpp"

namespace steplab {

/// All parameters of an optimizer in one row, and the closure's loss as a function of it: what a
/// method sees for which the parameters are one point of a space.
class FlatParameters final : public Objective<float> {
 public:
  /// Which parameters are coordinates; the others stay where they are.
  enum class Members : std::uint8_t {
    kWithGradient,  ///< those that have one, as for every optimizer of torch.optim
    kTrainable,     ///< those that require one, for methods that never ask for it
  };

  FlatParameters(GroupedOptimizer& optimizer, Closure& closure, Members members)
      : optimizer_(optimizer), closure_(closure), members_(members) {}

  /// Has the closure compute gradients where the parameters are, which tells who has one; the loss.
  double evaluate();

  /// How many coordinates there are.
  std::size_t size() const;
  /// A number that tells sets of members apart: what was kept for another set does not fit.
  std::int64_t layout() const;

  void read_point(std::span<float> point) const;
  void read_gradient(std::span<float> gradient) const;
  /// Moves the parameters there.
  void write(std::span<const float> point);

  /// The place of the element that an inspector watches.
  std::optional<std::size_t> watched(const Inspector* inspector) const;

  /// The first error of the closure. From then on every loss is ∞, so that a method ends.
  const Status& status() const { return status_; }

 protected:
  double value_at(std::span<const float> point) override;
  double gradient_at(std::span<const float> point, std::span<float> gradient) override;

 private:
  template <class Visit>
  void for_each(Visit visit) const;
  double outcome(Result<float> loss);

  GroupedOptimizer& optimizer_;
  Closure& closure_;
  Members members_;
  Status status_;
};

}  // namespace steplab
