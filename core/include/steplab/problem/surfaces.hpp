// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"

namespace steplab {

/// A named surface with its answer key.
struct SurfaceInfo {
  std::string_view name;       ///< key in documents ("rosenbrock")
  std::string_view title;      ///< "Rosenbrock's valley"
  std::string_view formula;    ///< in the grammar of formula.hpp
  std::string_view lesson;     ///< one sentence: what it shows a learner
  std::string_view source;     ///< who introduced it
  std::array<double, 4> view;  ///< x min, x max, y min, y max
  std::array<double, 2> start;
  std::vector<std::array<double, 2>> minimisers;  ///< all global ones
  double minimum;                                 ///< the value there
};

/// Every named surface, in the order a beginner should meet them.
std::span<const SurfaceInfo> surface_registry();
/// The entry of that name, or nullptr.
const SurfaceInfo* find_surface(std::string_view name);

/// Values of a formula on a grid of evenly spaced points, the view's edges included: columns × rows
/// of them, row-major from the lowest y upwards; `values.size()` must be columns·rows. For contours
/// and pictures.
Status evaluate_surface(std::string_view formula, const std::array<double, 4>& view,
                        std::size_t columns, std::size_t rows, std::span<float> values);

}  // namespace steplab
