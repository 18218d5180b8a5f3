// SPDX-License-Identifier: MIT
#include "steplab/kernels/matrix.hpp"

#include <algorithm>

#include "kernels/lanes.hpp"

// Every product is left · right, computed panel by panel: up to eight columns of the right side are
// packed so that row k of the panel is contiguous, then tiles of up to six rows by the panel's
// width run down k with all their sums in registers: 12 sums, 2 vectors of the panel and 1
// broadcast fill the 16 registers of SSE.

namespace steplab::kernels {
namespace {

constexpr std::size_t kTileRows = 6;
constexpr std::size_t kPanelColumns = 2 * kLanes;

using V = hn::Vec<Four>;

// Element (row, k) lies at data[row * row_stride + k * depth_stride]; one of the strides is 1.
struct Left {
  const float* data;
  std::size_t row_stride;
  std::size_t depth_stride;
};

// Element (k, column) lies at data[k * depth_stride + column * column_stride].
struct Right {
  const float* data;
  std::size_t depth_stride;
  std::size_t column_stride;
};

struct Destination {
  float* data;
  std::size_t stride;
  const float* bias;  // one for every column, or null
  Into into;
};

struct Extent {
  std::size_t rows;
  std::size_t depth;
  std::size_t columns;
};

// panel[k * width + j] = right(k, first + j), zero beyond the last column.
void pack(const Right& right, std::size_t depth, std::size_t first, std::size_t columns,
          std::size_t width, float* panel) {
  const float* source = right.data + first * right.column_stride;
  if (columns < width) std::fill_n(panel, depth * width, 0.0F);
  if (right.column_stride == 1) {
    for (std::size_t k = 0; k < depth; ++k) {
      std::copy_n(source + k * right.depth_stride, columns, panel + k * width);
    }
    return;
  }
  for (std::size_t j = 0; j < columns; ++j) {
    const float* column = source + j * right.column_stride;
    for (std::size_t k = 0; k < depth; ++k) panel[k * width + j] = column[k];
  }
}

// Adds the bias and what was there before, as the destination asks, to a finished tile of `rows`
// rows that lie `width` apart. Kept out of the tiles: it runs once for all of k, and its cases
// would be compiled into every tile shape.
HWY_NOINLINE void finish(const Destination& to, const float* sums, std::size_t rows,
                         std::size_t width, std::size_t row, std::size_t column,
                         std::size_t columns) {
  constexpr Four d;
  for (std::size_t r = 0; r < rows; ++r) {
    float* out = to.data + (row + r) * to.stride + column;
    const float* sum = sums + r * width;
    std::size_t j = 0;
    for (; j + kLanes <= columns; j += kLanes) {
      V value = hn::LoadU(d, sum + j);
      if (to.bias != nullptr) value = hn::Add(value, hn::LoadU(d, to.bias + column + j));
      if (to.into == Into::kAdd) value = hn::Add(hn::LoadU(d, out + j), value);
      hn::StoreU(value, d, out + j);
    }
    for (; j < columns; ++j) {
      float value = sum[j];
      if (to.bias != nullptr) value += to.bias[column + j];
      out[j] = to.into == Into::kAdd ? out[j] + value : value;
    }
  }
}

// kRows rows of the destination times the panel's width, from `row` and `column` on.
template <std::size_t kRows, std::size_t kVectors>
void tile(const Left& left, const float* panel, std::size_t depth, const Destination& to,
          std::size_t row, std::size_t column, std::size_t columns) {
  constexpr Four d;
  V sums[kRows][kVectors];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (std::size_t v = 0; v < kVectors; ++v) sums[r][v] = hn::Zero(d);
  }

  const std::size_t row_stride = left.row_stride;
  const float* factors = left.data + row * row_stride;
  for (std::size_t k = 0; k < depth; ++k) {
    V values[kVectors];
#pragma GCC unroll 2
    for (std::size_t v = 0; v < kVectors; ++v) values[v] = hn::LoadU(d, panel + v * kLanes);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < kRows; ++r) {
      const V factor = hn::Set(d, factors[r * row_stride]);
#pragma GCC unroll 2
      for (std::size_t v = 0; v < kVectors; ++v) {
        sums[r][v] = hn::Add(sums[r][v], hn::Mul(factor, values[v]));
      }
    }
    panel += kVectors * kLanes;
    factors += left.depth_stride;
  }

  constexpr std::size_t kWidth = kVectors * kLanes;
  HWY_ALIGN float finished[kRows * kWidth];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (std::size_t v = 0; v < kVectors; ++v) {
      hn::Store(sums[r][v], d, finished + r * kWidth + v * kLanes);
    }
  }
  finish(to, finished, kRows, kWidth, row, column, columns);
}

// All rows of the destination times one panel.
template <std::size_t kVectors>
void sweep(const Left& left, const float* panel, const Extent& extent, const Destination& to,
           std::size_t column, std::size_t columns) {
  std::size_t row = 0;
  for (; row + kTileRows <= extent.rows; row += kTileRows) {
    tile<kTileRows, kVectors>(left, panel, extent.depth, to, row, column, columns);
  }
  const auto rest = [&]<std::size_t kRows>() {
    tile<kRows, kVectors>(left, panel, extent.depth, to, row, column, columns);
  };
  switch (extent.rows - row) {
    case 1:
      return rest.template operator()<1>();
    case 2:
      return rest.template operator()<2>();
    case 3:
      return rest.template operator()<3>();
    case 4:
      return rest.template operator()<4>();
    case 5:
      return rest.template operator()<5>();
    default:
      return;
  }
}

void product(const Left& left, const Right& right, const Extent& extent, std::span<float> workspace,
             const Destination& to) {
  float* panel = workspace.data();
  for (std::size_t column = 0; column < extent.columns; column += kPanelColumns) {
    const std::size_t columns = std::min(kPanelColumns, extent.columns - column);
    const std::size_t width = columns > kLanes ? kPanelColumns : kLanes;
    pack(right, extent.depth, column, columns, width, panel);
    if (width == kPanelColumns) {
      sweep<2>(left, panel, extent, to, column, columns);
    } else {
      sweep<1>(left, panel, extent, to, column, columns);
    }
  }
}

}  // namespace

std::size_t linear_workspace(const LinearSizes& sizes) {
  return kPanelColumns * std::max({sizes.batch, sizes.in, sizes.out});
}

void linear(const LinearSizes& sizes, std::span<const float> x, std::span<const float> weight,
            std::span<const float> bias, std::span<float> workspace, std::span<float> y) {
  product({x.data(), sizes.in, 1}, {weight.data(), 1, sizes.in}, {sizes.batch, sizes.in, sizes.out},
          workspace, {y.data(), sizes.out, bias.data(), Into::kReplace});
}

void linear_input_gradient(const LinearSizes& sizes, Into into, std::span<const float> y_grad,
                           std::span<const float> weight, std::span<float> workspace,
                           std::span<float> x_grad) {
  product({y_grad.data(), sizes.out, 1}, {weight.data(), sizes.in, 1},
          {sizes.batch, sizes.out, sizes.in}, workspace, {x_grad.data(), sizes.in, nullptr, into});
}

void linear_weight_gradient(const LinearSizes& sizes, Into into, std::span<const float> y_grad,
                            std::span<const float> x, std::span<float> workspace,
                            std::span<float> weight_grad) {
  product({y_grad.data(), 1, sizes.out}, {x.data(), sizes.in, 1},
          {sizes.out, sizes.batch, sizes.in}, workspace,
          {weight_grad.data(), sizes.in, nullptr, into});
}

}  // namespace steplab::kernels
