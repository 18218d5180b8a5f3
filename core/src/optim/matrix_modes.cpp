// SPDX-License-Identifier: MIT
#include "optim/matrix_modes.hpp"

// Vectorised, Eigen would add in an order that depends on the platform.
#define EIGEN_DONT_VECTORIZE
#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "steplab/base/exact_math.hpp"

namespace steplab::matrix_modes {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A tensor as [before, size, after] around one axis.
struct Axis {
  Axis(const Shape& shape, std::size_t axis) : size(shape[axis]) {
    for (std::size_t i = 0; i < axis; ++i) before *= shape[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) after *= shape[i];
  }

  std::size_t at(std::size_t outer, std::size_t index, std::size_t inner) const {
    return (outer * size + index) * after + inner;
  }

  std::size_t before = 1;
  std::size_t size;
  std::size_t after = 1;
};

Matrix to_double(std::span<const float> values, std::size_t n) {
  Matrix matrix(n, n);
  std::copy(values.begin(), values.end(), matrix.data());
  return matrix;
}

void to_float(const Matrix& matrix, std::span<float> values) {
  std::transform(matrix.data(), matrix.data() + matrix.size(), values.begin(),
                 [](double element) { return static_cast<float>(element); });
}

}  // namespace

void accumulate_gram(std::span<float> gram, std::span<const float> tensor, const Shape& shape,
                     std::size_t axis, double decay, double weight) {
  const Axis along(shape, axis);
  for (std::size_t a = 0; a < along.size; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0.0;
      for (std::size_t outer = 0; outer < along.before; ++outer) {
        for (std::size_t inner = 0; inner < along.after; ++inner) {
          sum += static_cast<double>(tensor[along.at(outer, a, inner)]) *
                 static_cast<double>(tensor[along.at(outer, b, inner)]);
        }
      }
      const double kept = decay * static_cast<double>(gram[a * along.size + b]);
      gram[a * along.size + b] = gram[b * along.size + a] = static_cast<float>(kept + weight * sum);
    }
  }
}

void apply(std::span<const float> matrix, bool transposed, std::span<float> tensor,
           std::span<float> scratch, const Shape& shape, std::size_t axis) {
  const Axis along(shape, axis);
  const std::size_t row = transposed ? 1 : along.size;
  const std::size_t column = transposed ? along.size : 1;
  for (std::size_t outer = 0; outer < along.before; ++outer) {
    for (std::size_t a = 0; a < along.size; ++a) {
      for (std::size_t inner = 0; inner < along.after; ++inner) {
        double sum = 0.0;
        for (std::size_t b = 0; b < along.size; ++b) {
          sum += static_cast<double>(matrix[a * row + b * column]) *
                 static_cast<double>(tensor[along.at(outer, b, inner)]);
        }
        scratch[along.at(outer, a, inner)] = static_cast<float>(sum);
      }
    }
  }
  std::copy(scratch.begin(), scratch.end(), tensor.begin());
}

void inverse_root(std::span<const float> matrix, std::size_t n, double order,
                  std::span<float> inverse_root) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(to_double(matrix, n));
  Matrix scaled = solver.eigenvectors();
  for (std::size_t i = 0; i < n; ++i) {
    // A singular value is an eigenvalue without its sign.
    const double size = std::fabs(solver.eigenvalues()[static_cast<Eigen::Index>(i)]);
    const double root = size > 0.0 ? exact_pow(size, -1.0 / order) : HUGE_VAL;
    scaled.col(static_cast<Eigen::Index>(i)) *= root;
  }
  to_float(scaled * solver.eigenvectors().transpose(), inverse_root);
}

void eigenvectors(std::span<const float> matrix, std::size_t n, std::span<float> vectors) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(to_double(matrix, n));
  to_float(solver.eigenvectors().rowwise().reverse(), vectors);
}

void refine_basis(std::span<const float> matrix, std::size_t n, std::span<float> basis,
                  std::span<std::size_t> order) {
  const Matrix preconditioner = to_double(matrix, n);
  const Matrix old = to_double(basis, n);
  const Matrix iterated = preconditioner * old;
  const Eigen::VectorXd sizes = old.cwiseProduct(iterated).colwise().sum();
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sizes[static_cast<Eigen::Index>(a)] > sizes[static_cast<Eigen::Index>(b)];
  });
  Matrix sorted(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    sorted.col(static_cast<Eigen::Index>(i)) = iterated.col(static_cast<Eigen::Index>(order[i]));
  }
  const Eigen::HouseholderQR<Matrix> factors(sorted);
  to_float(factors.householderQ(), basis);
}

void permute(std::span<const std::size_t> order, std::span<float> tensor, std::span<float> scratch,
             const Shape& shape, std::size_t axis) {
  const Axis along(shape, axis);
  for (std::size_t outer = 0; outer < along.before; ++outer) {
    for (std::size_t index = 0; index < along.size; ++index) {
      for (std::size_t inner = 0; inner < along.after; ++inner) {
        scratch[along.at(outer, index, inner)] = tensor[along.at(outer, order[index], inner)];
      }
    }
  }
  std::copy(scratch.begin(), scratch.end(), tensor.begin());
}

}  // namespace steplab::matrix_modes
