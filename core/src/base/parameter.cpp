// SPDX-License-Identifier: MIT
#include "steplab/base/parameter.hpp"

namespace steplab {
namespace {

// Accumulated gradients grow by what they do not share. Sums of this many need no shortening.
constexpr std::size_t kSumsWithRoom = 4;

}  // namespace

void Parameter::allow_sparse_grad(std::size_t slices) {
  sparse_grad_.allocate(shape(), shape()[0] + kSumsWithRoom * slices);
}

void Parameter::set_sparse_grad(RowSlices slices) {
  materialize_sparse_grad().assign(slices, 1.0F, grad_.span());
}

void Parameter::add_sparse_grad(RowSlices slices) {
  if (!has_grad_) return set_sparse_grad(slices);
  if (is_sparse_) return sparse_grad_.add(slices, 1.0F, grad_.span());
  add_rows(slices, 1.0F, grad_.span());
}

}  // namespace steplab
