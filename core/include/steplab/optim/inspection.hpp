// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "steplab/base/parameter.hpp"

namespace steplab {

/// What one element's update was made of. `symbol` counts in OptimizerInfo::symbols.
struct Inspection {
  struct Value {
    unsigned symbol = 0;
    double value = 0.0;
  };

  bool exists = false;  ///< whether the last step() updated the element
  float before = 0.0F;
  float after = 0.0F;
  std::vector<Value> symbols;  ///< the formula's intermediate values
  /// What was added, in order: starting from `before`, float32 additions give `after`, bit for bit.
  std::vector<Value> terms;
};

/// Watches one element of one parameter while an optimizer steps. The page's inspector shows what
/// it recorded; an optimizer that is given none pays nothing for it.
class Inspector {
 public:
  /// Chooses the element; forgets what was recorded.
  void watch(const Parameter& parameter, std::size_t element);
  /// Watches nothing from now on.
  void release();

  bool watches(const Parameter& parameter) const { return parameter_ == &parameter; }
  const Parameter* parameter() const { return parameter_; }
  std::size_t element() const { return element_; }
  const Inspection& inspection() const { return inspection_; }

  /// Forgets the last step's record: the element may be skipped in this one.
  void clear();

  /// What an optimizer tells of the element: first begin(), then symbols and terms, last end().
  void begin(float before);
  void symbol(unsigned index, double value) { inspection_.symbols.push_back({index, value}); }
  void term(unsigned index, float value);
  /// A stage that is no sum (a product with 1 − γλ, a projection): recorded as the difference, and
  /// where float32 cannot hold that, as several.
  void replace(unsigned index, float from, float to);
  void end(float after);

 private:
  const Parameter* parameter_ = nullptr;
  std::size_t element_ = 0;
  Inspection inspection_;
};

}  // namespace steplab
