// SPDX-License-Identifier: MIT
#include "optim/symmetric_matrix.hpp"

#include <algorithm>
#include <cmath>

namespace steplab {
namespace {

constexpr int kMostSweeps = 60;

// Turns columns p and q of `vectors` and rows and columns p and q of `matrix` so that its element
// (p, q) becomes 0.
void rotate(std::span<double> matrix, std::span<double> vectors, std::size_t n, std::size_t p,
            std::size_t q) {
  const double off = matrix[p * n + q];
  const double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2.0 * off);
  const double tangent =
      (theta >= 0.0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1.0));
  const double cosine = 1.0 / std::sqrt(tangent * tangent + 1.0);
  const double sine = tangent * cosine;
  const auto turn = [&](double& a, double& b) {
    const double first = cosine * a - sine * b;
    b = sine * a + cosine * b;
    a = first;
  };
  for (std::size_t k = 0; k < n; ++k) turn(matrix[k * n + p], matrix[k * n + q]);
  for (std::size_t k = 0; k < n; ++k) turn(matrix[p * n + k], matrix[q * n + k]);
  for (std::size_t k = 0; k < n; ++k) turn(vectors[k * n + p], vectors[k * n + q]);
  matrix[p * n + q] = matrix[q * n + p] = 0.0;
}

// Whether an element is nothing beside its diagonal ones.
bool is_negligible(std::span<const double> matrix, std::size_t n, std::size_t p, std::size_t q) {
  const double diagonal =
      std::sqrt(std::fabs(matrix[p * n + p])) * std::sqrt(std::fabs(matrix[q * n + q]));
  constexpr double kPrecision = 1.1102230246251565e-16;
  return !(std::fabs(matrix[p * n + q]) > kPrecision * diagonal);
}

}  // namespace

bool factorise(std::span<double> matrix, std::size_t n) {
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      double rest = matrix[row * n + column];
      for (std::size_t k = 0; k < column; ++k) {
        rest -= matrix[row * n + k] * matrix[column * n + k];
      }
      if (column < row) {
        matrix[row * n + column] = rest / matrix[column * n + column];
      } else if (rest > 0.0 && std::isfinite(rest)) {
        matrix[row * n + row] = std::sqrt(rest);
      } else {
        return false;
      }
    }
  }
  return true;
}

void solve_factorised(std::span<const double> factor, std::span<double> vector) {
  const std::size_t n = vector.size();
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t k = 0; k < row; ++k) vector[row] -= factor[row * n + k] * vector[k];
    vector[row] /= factor[row * n + row];
  }
  for (std::size_t row = n; row-- > 0;) {
    for (std::size_t k = row + 1; k < n; ++k) vector[row] -= factor[k * n + row] * vector[k];
    vector[row] /= factor[row * n + row];
  }
}

void decompose(std::span<double> matrix, std::span<double> values, std::span<double> vectors) {
  const std::size_t n = values.size();
  std::fill(vectors.begin(), vectors.end(), 0.0);
  for (std::size_t i = 0; i < n; ++i) vectors[i * n + i] = 1.0;
  bool has_turned = true;
  for (int sweep = 0; sweep < kMostSweeps && has_turned; ++sweep) {
    has_turned = false;
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = p + 1; q < n; ++q) {
        if (is_negligible(matrix, n, p, q)) continue;
        rotate(matrix, vectors, n, p, q);
        has_turned = true;
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) values[i] = matrix[i * n + i];
}

}  // namespace steplab
