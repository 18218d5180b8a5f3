// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

/// Muon's orthogonalization of a matrix, in bfloat16 as PyTorch computes it.
namespace steplab {

/// A value rounded to bfloat16: the upper half of a float32, ties to even.
float to_bfloat16(float value);

/// Newton-Schulz iterations towards the nearest matrix with orthonormal rows or columns. Its memory
/// is of the matrix's sizes, so that run() allocates nothing.
///
/// Every result is rounded to bfloat16 once; within a product or a sum of products float32 is kept.
/// Sums are ordered as PyTorch orders them where a matrix takes at most 4096 products and its
/// longer side is below 32. Beyond that, the last bits of PyTorch's depend on the processor.
class NewtonSchulz {
 public:
  NewtonSchulz() = default;
  NewtonSchulz(std::size_t rows, std::size_t columns);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }

  /// Replaces `matrix`, row-major, by what `steps` iterations with the coefficients (a, b, c) make
  /// of it divided by its norm, or by `eps` where that is larger.
  void run(std::span<float> matrix, const std::array<double, 3>& coefficients, int steps,
           double eps);

 private:
  void iterate(const std::array<double, 3>& coefficients, bool is_view);

  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  // X is wide: [short, long], transposed where the matrix is tall.
  std::size_t short_ = 0;
  std::size_t long_ = 0;
  std::vector<float> x_;
  std::vector<float> next_;
  std::vector<float> gram_;
  std::vector<float> polynomial_;
};

}  // namespace steplab
