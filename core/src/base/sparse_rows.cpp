// SPDX-License-Identifier: MIT
#include "steplab/base/sparse_rows.hpp"

#include <algorithm>

#include "steplab/base/row_order.hpp"

namespace steplab {

std::size_t slice_size(const Shape& shape) {
  std::size_t size = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) size *= shape[axis];
  return size;
}

// The page's first engine reads no document with row-sparse gradients, and is 3 KB smaller.
#ifdef STEPLAB_FIRST_STEPS_ONLY

void add_rows(RowSlices, float, std::span<float>) {}
void SparseRows::allocate(const Shape&, std::size_t) {}
void SparseRows::assign(RowSlices, float, std::span<float>) {}
void SparseRows::add(RowSlices, float, std::span<float>) {}
void SparseRows::scale(float, std::span<float>) {}
void RowCoalescer::allocate(const Shape&, std::size_t) {}

#else

void add_rows(RowSlices slices, float factor, std::span<float> dense) {
  const std::size_t width = slices.width();
  for (std::size_t i = 0; i < slices.size(); ++i) {
    const std::span<float> into = dense.subspan(slices.rows[i] * width, width);
    const std::span<const float> slice = slices[i];
    for (std::size_t k = 0; k < width; ++k) into[k] += slice[k] * factor;
  }
}

void SparseRows::allocate(const Shape& shape, std::size_t capacity) {
  width_ = slice_size(shape);
  size_ = 0;
  rows_.assign(capacity, 0);
  values_.assign(capacity * width_, 0.0F);
}

void SparseRows::assign(RowSlices other, float factor, std::span<float> sums) {
  size_ = other.size();
  std::copy(other.rows.begin(), other.rows.end(), rows_.begin());
  for (std::size_t k = 0; k < other.values.size(); ++k) values_[k] = other.values[k] * factor;
  sum_up(sums);
}

void SparseRows::add(RowSlices other, float factor, std::span<float> sums) {
  if (other.size() == 0) return;
  if (size_ == 0) return assign(other, factor, sums);
  if (size_ + other.size() > capacity()) compact(sums);
  merge(other, factor);
  sum_up(sums);
}

void SparseRows::scale(float factor, std::span<float> sums) {
  for (std::size_t k = 0; k < size_ * width_; ++k) values_[k] *= factor;
  sum_up(sums);
}

// In place: what was there moves to the end of the room first, where writing never overtakes it.
void SparseRows::merge(RowSlices other, float factor) {
  const std::size_t end = capacity();
  std::size_t own = end - size_;
  const auto elements = [this](std::size_t slices) {
    return static_cast<std::ptrdiff_t>(slices * width_);
  };
  std::copy_backward(rows_.begin(), rows_.begin() + static_cast<std::ptrdiff_t>(size_),
                     rows_.end());
  std::copy_backward(values_.begin(), values_.begin() + elements(size_), values_.end());

  std::size_t theirs = 0;
  for (size_ = 0; own < end || theirs < other.size(); ++size_) {
    const bool takes_own =
        own < end && (theirs == other.size() || rows_[own] <= other.rows[theirs]);
    const bool takes_theirs =
        theirs < other.size() && (own == end || other.rows[theirs] <= rows_[own]);
    const std::uint32_t row = takes_own ? rows_[own] : other.rows[theirs];
    const std::span<float> sum = std::span(values_).subspan(size_ * width_, width_);
    for (std::size_t k = 0; k < width_; ++k) {
      // From zero, as PyTorch does: minus zero becomes zero.
      float element = 0.0F;
      if (takes_own) element += values_[own * width_ + k];
      if (takes_theirs) element += other[theirs][k] * factor;
      sum[k] = element;
    }
    rows_[size_] = row;
    if (takes_own) ++own;
    if (takes_theirs) ++theirs;
  }
}

void SparseRows::compact(std::span<const float> sums) {
  const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(size_);
  std::sort(rows_.begin(), end);
  size_ = static_cast<std::size_t>(std::unique(rows_.begin(), end) - rows_.begin());
  for (std::size_t i = 0; i < size_; ++i) {
    const std::span<const float> row = sums.subspan(rows_[i] * width_, width_);
    std::copy(row.begin(), row.end(), values_.begin() + static_cast<std::ptrdiff_t>(i * width_));
  }
}

void SparseRows::sum_up(std::span<float> sums) const {
  std::fill(sums.begin(), sums.end(), 0.0F);
  add_rows(slices(), 1.0F, sums);
}

void RowCoalescer::allocate(const Shape& shape, std::size_t capacity) {
  order_.assign(capacity, 0);
  const std::size_t distinct = shape.empty() ? 0 : std::min(capacity, shape[0]);
  rows_.assign(distinct, 0);
  values_.assign(distinct * slice_size(shape), 0.0F);
}

RowSlices RowCoalescer::operator()(RowSlices slices, float sign) {
  const std::span<std::uint32_t> order = std::span(order_).first(slices.size());
  order_rows(slices.rows, order);
  const std::size_t width = slices.width();
  std::size_t count = 0;
  for (const std::uint32_t i : order) {
    const bool starts = count == 0 || rows_[count - 1] != slices.rows[i];
    if (starts) rows_[count++] = slices.rows[i];
    const std::span<float> sum = std::span(values_).subspan((count - 1) * width, width);
    const std::span<const float> slice = slices[i];
    for (std::size_t k = 0; k < width; ++k) {
      sum[k] = starts ? slice[k] * sign : sum[k] + slice[k] * sign;
    }
  }
  return {std::span(rows_).first(count), std::span(values_).first(count * width)};
}

#endif

}  // namespace steplab
