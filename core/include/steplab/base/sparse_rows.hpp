// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// Slices of a tensor along its first axis and the rows that they belong to, seen from outside:
/// PyTorch's COO tensor with sparse_dim 1. A row may stand there more than once and in any order
/// (uncoalesced); the tensor is then the sum.
struct RowSlices {
  std::span<const std::uint32_t> rows;
  std::span<const float> values;  ///< one slice after the other

  std::size_t size() const { return rows.size(); }
  std::size_t width() const { return rows.empty() ? 0 : values.size() / rows.size(); }
  std::span<const float> operator[](std::size_t i) const {
    return values.subspan(i * width(), width());
  }
};

/// The same, written down.
struct RecordedRows {
  std::vector<std::uint32_t> rows;
  std::vector<float> values;

  RowSlices slices() const { return {rows, values}; }
  bool operator==(const RecordedRows&) const = default;
};

/// dense ← dense + factor · slices, slice by slice: PyTorch's `dense.add_(sparse, alpha=factor)`.
void add_rows(RowSlices slices, float factor, std::span<float> dense);

/// How many elements a slice of a tensor of that shape has.
std::size_t slice_size(const Shape& shape);

/// A row-sparse tensor that changes, with room for a fixed number of slices, so that nothing
/// allocates. Without room it is nothing at all.
///
/// It stands beside a dense tensor that holds what it sums to, which whoever owns both hands over.
class SparseRows {
 public:
  /// `capacity` must leave room for every row and the largest addition.
  void allocate(const Shape& shape, std::size_t capacity);
  std::size_t capacity() const { return rows_.size(); }

  RowSlices slices() const {
    return {std::span(rows_).first(size_), std::span(values_).first(size_ * width_)};
  }

  /// Becomes factor · other.
  void assign(RowSlices other, float factor, std::span<float> sums);
  /// PyTorch's `sparse.add_(other, alpha=factor)`: one merge of the two lists as they stand, sorted
  /// or not, where equal rows that meet become one. PyTorch's list has no end; where this one's
  /// room ends, its rows are summed up first.
  void add(RowSlices other, float factor, std::span<float> sums);
  /// PyTorch's `sparse.mul_(factor)`
  void scale(float factor, std::span<float> sums);

  void archive(Archive& archive) {
    archive.value(size_);
    archive.values(std::span<std::uint32_t>(rows_));
    archive.values(std::span<float>(values_));
  }

 private:
  void merge(RowSlices other, float factor);
  void compact(std::span<const float> sums);
  void sum_up(std::span<float> sums) const;

  std::vector<std::uint32_t> rows_;
  std::vector<float> values_;
  std::size_t width_ = 0;
  std::size_t size_ = 0;
};

/// Makes of a list of slices the one in which every row stands once, in order: PyTorch's
/// `coalesce()`, with its order of sums.
class RowCoalescer {
 public:
  /// Room for lists of at most `capacity` slices.
  void allocate(const Shape& shape, std::size_t capacity);
  /// coalesce() of sign · slices; valid until the next call.
  RowSlices operator()(RowSlices slices, float sign);

 private:
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> rows_;
  std::vector<float> values_;
};

}  // namespace steplab
