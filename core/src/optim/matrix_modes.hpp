// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "steplab/base/tensor.hpp"

/// A tensor seen as a matrix along one of its axes, for the optimizers that precondition every axis
/// by a matrix of its own. Sums and decompositions are in double and in one order everywhere.
namespace steplab::matrix_modes {

/// gram ← decay·gram + weight·Σ G[…a…]·G[…b…] over all other axes: G Gᵀ for the first axis of a
/// matrix, Gᵀ G for the second. `gram`: [n, n], n the size of the axis.
void accumulate_gram(std::span<float> gram, std::span<const float> tensor, const Shape& shape,
                     std::size_t axis, double decay, double weight);

/// tensor ← M applied along the axis: out[…a…] = Σ_b M[a, b]·in[…b…], or M[b, a] when transposed.
/// `scratch` is as large as the tensor.
void apply(std::span<const float> matrix, bool transposed, std::span<float> tensor,
           std::span<float> scratch, const Shape& shape, std::size_t axis);

/// inverse_root ← matrix^(−1/order) of a symmetric positive semi-definite [n, n] matrix, by its
/// eigenvalues. An eigenvalue of zero gives infinity, as in the references.
void inverse_root(std::span<const float> matrix, std::size_t n, double order,
                  std::span<float> inverse_root);

/// The eigenvectors of a symmetric [n, n] matrix as columns, largest eigenvalue first.
void eigenvectors(std::span<const float> matrix, std::size_t n, std::span<float> vectors);

/// One power iteration on an eigenbasis: orders the columns of `basis` by diag(Qᵀ M Q), descending,
/// and replaces them by the Q of qr(M Q). `order[i]` is the old place of the new column i.
void refine_basis(std::span<const float> matrix, std::size_t n, std::span<float> basis,
                  std::span<std::size_t> order);

/// Moves the slices of a tensor along an axis: new slice i is the old slice order[i].
void permute(std::span<const std::size_t> order, std::span<float> tensor, std::span<float> scratch,
             const Shape& shape, std::size_t axis);

}  // namespace steplab::matrix_modes
