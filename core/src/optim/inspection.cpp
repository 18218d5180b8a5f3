// SPDX-License-Identifier: MIT
#include "steplab/optim/inspection.hpp"

namespace steplab {

void Inspector::watch(const Parameter& parameter, std::size_t element) {
  parameter_ = &parameter;
  element_ = element;
  clear();
}

void Inspector::release() {
  parameter_ = nullptr;
  clear();
}

void Inspector::clear() {
  inspection_.exists = false;
  inspection_.symbols.clear();
  inspection_.terms.clear();
}

void Inspector::begin(float before) {
  clear();
  inspection_.before = before;
}

void Inspector::term(unsigned index, float value) { inspection_.terms.push_back({index, value}); }

void Inspector::replace(unsigned index, float from, float to) {
  // One difference is exact while the two are within a factor of two; the second mends what is
  // left, and a third never was needed. NaN and infinities end the search.
  constexpr int kMostTerms = 3;
  float reached = from;
  for (int i = 0; i < kMostTerms && (i == 0 || reached != to); ++i) {
    const float difference = to - reached;
    term(index, difference);
    reached += difference;
  }
}

void Inspector::end(float after) {
  inspection_.after = after;
  inspection_.exists = true;
}

}  // namespace steplab
