// SPDX-License-Identifier: MIT
#include "problem/toy_data.hpp"

#include <array>

#include "steplab/base/exact_math.hpp"

namespace steplab {
namespace {

/// How far along its class's curve sample i lies, from 0 to 1: evenly, classes in turn.
double share_of_curve(std::size_t i, std::size_t samples, std::size_t classes) {
  const std::size_t per_class = (samples + classes - 1) / classes;
  return static_cast<double>(i / classes) / static_cast<double>(per_class - 1);
}

void add_noisy(double x, double y, std::size_t label, double noise, Generator& generator,
               std::vector<ToyPoint>& points) {
  const double dx = noise * generator.normal();
  const double dy = noise * generator.normal();
  points.push_back({x + dx, y + dy, static_cast<std::uint32_t>(label)});
}

}  // namespace

void draw_moons(std::size_t samples, double noise, Generator& generator,
                std::vector<ToyPoint>& points) {
  constexpr double kRadius = 0.8;
  for (std::size_t i = 0; i < samples; ++i) {
    const double angle = kPi * share_of_curve(i, samples, 2);
    const double x = kRadius * exact_cos(angle) - 0.5 * kRadius;
    const double y = kRadius * exact_sin(angle) - 0.25 * kRadius;
    // the second moon is the first turned by half a circle about the origin
    const double side = i % 2 == 0 ? 1.0 : -1.0;
    add_noisy(side * x, side * y, i % 2, noise, generator, points);
  }
}

void draw_circles(std::size_t samples, double noise, Generator& generator,
                  std::vector<ToyPoint>& points) {
  constexpr std::array<double, 2> kRadii{1.2, 0.6};
  for (std::size_t i = 0; i < samples; ++i) {
    // the curve is closed: its two ends are one place
    const double angle = 2.0 * kPi * static_cast<double>(i) / static_cast<double>(samples);
    const double radius = kRadii[i % 2];
    add_noisy(radius * exact_cos(angle), radius * exact_sin(angle), i % 2, noise, generator,
              points);
  }
}

void draw_spirals(std::size_t samples, double noise, Generator& generator,
                  std::vector<ToyPoint>& points) {
  constexpr double kTurns = 1.25;
  for (std::size_t i = 0; i < samples; ++i) {
    const double share = share_of_curve(i, samples, 2);
    const double radius = 0.15 + 1.15 * share;
    const double angle = 2.0 * kPi * kTurns * share + (i % 2 == 0 ? 0.0 : kPi);
    add_noisy(radius * exact_cos(angle), radius * exact_sin(angle), i % 2, noise, generator,
              points);
  }
}

void draw_blobs(std::size_t samples, double noise, Generator& generator,
                std::vector<ToyPoint>& points) {
  constexpr std::array<std::array<double, 2>, 3> kCentres{{{-0.9, -0.6}, {0.9, -0.6}, {0.0, 0.9}}};
  for (std::size_t i = 0; i < samples; ++i) {
    const std::size_t label = i % kCentres.size();
    add_noisy(kCentres[label][0], kCentres[label][1], label, noise, generator, points);
  }
}

}  // namespace steplab
