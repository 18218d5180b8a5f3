// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

// One order of summation for every platform: element i goes to partial sum i mod 16, in float32;
// the partial sums are then added pairwise (8 apart, 4, 2, 1).

/// Σ x[i]
float sum(std::span<const float> x);
/// Σ a[i] · b[i]; equal lengths
float dot(std::span<const float> a, std::span<const float> b);
/// Σ x[i]²
float sum_of_squares(std::span<const float> x);
/// Σ (a[i] - b[i])²; equal lengths
float sum_of_squared_differences(std::span<const float> a, std::span<const float> b);

/// out[j] = Σ over rows of x[row, j], row by row; x is row-major with out.size() columns.
void column_sums(Into into, std::span<const float> x, std::span<float> out);

}  // namespace steplab::kernels
