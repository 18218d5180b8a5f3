// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "steplab/base/random.hpp"

namespace steplab {

/// One labelled point in the plane; all sets lie within about [-1.5, 1.5] squared.
struct ToyPoint {
  double x = 0.0;
  double y = 0.0;
  std::uint32_t label = 0;
};

/// Each appends `samples` points, its classes in turn, displaced by normal noise of the given
/// standard deviation in both coordinates.

/// Two half circles that reach into each other: no straight line parts them.
void draw_moons(std::size_t samples, double noise, Generator& generator,
                std::vector<ToyPoint>& points);
/// A ring of radius 1.2 around one of radius 0.6.
void draw_circles(std::size_t samples, double noise, Generator& generator,
                  std::vector<ToyPoint>& points);
/// Two arms that wind one and a quarter times around each other.
void draw_spirals(std::size_t samples, double noise, Generator& generator,
                  std::vector<ToyPoint>& points);
/// Three clouds whose centres form a triangle.
void draw_blobs(std::size_t samples, double noise, Generator& generator,
                std::vector<ToyPoint>& points);

}  // namespace steplab
