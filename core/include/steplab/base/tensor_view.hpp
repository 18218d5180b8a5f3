// SPDX-License-Identifier: MIT
#pragma once

#include <xtensor/xadapt.hpp>

#include "steplab/base/tensor.hpp"

namespace steplab {

/// The tensor's memory as an xtensor expression of its shape, for indexing, slicing, broadcasting
/// and printing off the hot path. Valid while the tensor lives.
inline auto view(const Tensor& tensor) {
  return xt::adapt(tensor.span().data(), tensor.size(), xt::no_ownership(), tensor.shape());
}

/// The same for writing.
inline auto view(Tensor& tensor) {
  return xt::adapt(tensor.span().data(), tensor.size(), xt::no_ownership(), tensor.shape());
}

}  // namespace steplab
