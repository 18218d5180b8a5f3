// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

/// Dense symmetric matrices in double, row-major, in memory that the caller owns: every sum in one
/// order, nothing allocated.
namespace steplab {

/// Cholesky: the lower triangle becomes L of L·Lᵀ. False where the matrix is not positive definite.
bool factorise(std::span<double> matrix, std::size_t n);

/// Solves L·Lᵀ·x = vector in place, with a matrix that factorise() has made.
void solve_factorised(std::span<const double> factor, std::span<double> vector);

/// Eigenvalues and eigenvectors by Jacobi's cyclic rotations; `matrix` is destroyed. Column i of
/// `vectors` belongs to `values[i]`; not sorted.
void decompose(std::span<double> matrix, std::span<double> values, std::span<double> vectors);

}  // namespace steplab
