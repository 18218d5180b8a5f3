// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "optim/elementwise.hpp"
#include "steplab/base/sparse_rows.hpp"

/// What updates by row-sparse gradients share.
namespace steplab::sparse_update {

/// Updates copies of the inspected element as its row's slices will update it, and writes down how.
/// An element whose row has none is not touched and tells nothing.
template <class Element, class... State>
void inspect(Inspector& inspector, RowSlices slices, Element element, float value, State... state) {
  const std::size_t row = inspector.element() / slices.width();
  const std::size_t column = inspector.element() % slices.width();
  bool begins = true;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    if (slices.rows[i] != row) continue;
    if (begins) inspector.begin(value);
    begins = false;
    element(elementwise::RecordingProbe(inspector), value, slices[i][column], state...);
  }
  if (!begins) inspector.end(value);
}

/// `element(probe, value, grad, state...)` for each element of each slice, in their order.
template <class Element, class... Tensors>
void for_each(const StepContext& context, Parameter& parameter, RowSlices slices, Element element,
              Tensors&... state) {
  const std::size_t width = slices.width();
  if (width == 0) return;
  if (Inspector* inspector = context.watcher(parameter)) {
    const std::size_t i = inspector->element();
    inspect(*inspector, slices, element, parameter.value().span()[i], state.data()[i]...);
  }
  float* const values = parameter.mutable_value().span().data();
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const std::size_t at = slices.rows[i] * width;
    elementwise::for_each(width, element, values + at, slices[i].data(), (state.data() + at)...);
  }
}

}  // namespace steplab::sparse_update
