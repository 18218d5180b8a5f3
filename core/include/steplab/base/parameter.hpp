// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "steplab/base/sparse_rows.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// A trainable tensor: PyTorch's nn.Parameter. Optimizers and autograd meet here and nowhere else:
/// autograd adds into the gradient, optimizers read it and change the value.
class Parameter {
 public:
  Parameter(std::string name, Tensor value)
      : name_(std::move(name)), value_(std::move(value)), grad_(value_.shape()) {}

  /// The name in the model ("0.weight"; a surface's are "x" and "y").
  const std::string& name() const { return name_; }
  const Shape& shape() const { return value_.shape(); }

  const Tensor& value() const { return value_; }
  /// The value for writing. Whoever writes calls bump_version(), as PyTorch's in-place operations
  /// do.
  Tensor& mutable_value() { return value_; }

  /// Whether `.grad` holds a tensor. False is PyTorch's `grad is None`, which is not a grad of
  /// zeros.
  bool has_grad() const { return has_grad_; }
  /// The gradient's memory; meaningful only when has_grad(). Allocated once, so that a step
  /// allocates nothing. Of a row-sparse gradient it is the sum, `.grad.to_dense()`.
  const Tensor& grad() const { return grad_; }
  /// Makes `.grad` exist as a dense tensor (without clearing what its memory holds) and returns it
  /// for writing.
  Tensor& materialize_grad() {
    has_grad_ = true;
    is_sparse_ = false;
    return grad_;
  }
  /// `.grad = None`.
  void drop_grad() { has_grad_ = false; }

  /// Lets `.grad` be row-sparse, with at most `slices` of them added at once. Allocates.
  void allow_sparse_grad(std::size_t slices);
  /// How many slices a row-sparse gradient may have; 0 where it cannot be one.
  std::size_t sparse_capacity() const { return sparse_grad_.capacity(); }
  /// Whether `.grad` is row-sparse (`.grad.is_sparse`).
  bool has_sparse_grad() const { return has_grad_ && is_sparse_; }
  /// Its slices; meaningful only when has_sparse_grad().
  RowSlices sparse_grad() const { return sparse_grad_.slices(); }
  /// `.grad` becomes those slices.
  void set_sparse_grad(RowSlices slices);
  /// What backward does with a row-sparse gradient: adds it to `.grad`, whatever that is.
  void add_sparse_grad(RowSlices slices);
  /// The row-sparse gradient's memory, for restoring a snapshot only; `.grad` is it from now on.
  SparseRows& materialize_sparse_grad() {
    has_grad_ = is_sparse_ = true;
    return sparse_grad_;
  }

  bool requires_grad() const { return requires_grad_; }
  void set_requires_grad(bool requires_grad) { requires_grad_ = requires_grad; }

  /// How many times the value was changed in place: PyTorch's `_version`, which backward checks.
  std::uint64_t version() const { return version_; }
  void bump_version() { ++version_; }
  /// For restoring a snapshot only.
  void set_version(std::uint64_t version) { version_ = version; }

 private:
  std::string name_;
  Tensor value_;
  Tensor grad_;
  SparseRows sparse_grad_;
  bool has_grad_ = false;
  bool is_sparse_ = false;
  bool requires_grad_ = true;
  std::uint64_t version_ = 0;
};

}  // namespace steplab
