// SPDX-License-Identifier: MIT
#include "steplab/problem/surfaces.hpp"

#include <algorithm>
#include <string>

#include "steplab/autograd/graph.hpp"
#include "steplab/base/text.hpp"
#include "steplab/problem/formula.hpp"

namespace steplab {
namespace {

constexpr std::string_view kOurs = STEPLAB_TEXT("made for StepLab");

const std::vector<SurfaceInfo>& surfaces() {
  static const std::vector<SurfaceInfo> kSurfaces{
      {.name = "bowl",
       .title = STEPLAB_TEXT("Round bowl"),
       .formula = "(x^2 + y^2)/2",
       .lesson = STEPLAB_TEXT(
           "The same curvature in every direction: here the plain gradient points straight "
           "at the minimum."),
       .source = kOurs,
       .view = {-3, 3, -3, 3},
       .start = {-2.5, 2},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "valley",
       .title = STEPLAB_TEXT("Long valley"),
       .formula = "(x^2 + 50*y^2)/2",
       .lesson = STEPLAB_TEXT(
           "Curvatures of 1 and 50: the learning rate that the steep direction bears is "
           "fifty times too small for the gentle one."),
       .source = kOurs,
       .view = {-3, 3, -1.5, 1.5},
       .start = {-2.5, 1},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "ravine",
       .title = STEPLAB_TEXT("Winding ravine"),
       .formula = "10*(y - sin(x))^2 + x^2/20",
       .lesson = STEPLAB_TEXT(
           "The floor of the ravine bends, so momentum that helped along one stretch runs up "
           "the wall of the next."),
       .source = kOurs,
       .view = {-5, 5, -2.5, 2.5},
       .start = {-4.2, 1.8},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "rosenbrock",
       .title = STEPLAB_TEXT("Rosenbrock's valley"),
       .formula = "(1-x)^2 + 100*(y-x^2)^2",
       .lesson = STEPLAB_TEXT(
           "Falling into the curved valley is easy, following its nearly flat floor to the "
           "minimum is not."),
       .source = STEPLAB_TEXT("H. H. Rosenbrock, 1960"),
       .view = {-2, 2, -1, 3},
       .start = {-1.5, 2},
       .minimisers = {{1, 1}},
       .minimum = 0},
      {.name = "beale",
       .title = STEPLAB_TEXT("Beale's function"),
       .formula = "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
       .lesson = STEPLAB_TEXT(
           "Gradients of very different size on one path: steep walls at the corners, almost "
           "nothing on the way to the minimum."),
       .source = STEPLAB_TEXT("E. M. L. Beale, 1958"),
       .view = {-1, 4.5, -2, 2},
       .start = {1, 1.5},
       .minimisers = {{3, 0.5}},
       .minimum = 0},
      {.name = "booth",
       .title = STEPLAB_TEXT("Booth's function"),
       .formula = "(x + 2*y - 7)^2 + (2*x + y - 5)^2",
       .lesson = STEPLAB_TEXT(
           "A tilted quadratic: methods that scale x and y separately lose their advantage "
           "when the valley runs across the axes."),
       .source = STEPLAB_TEXT("survey of M. Jamil and X.-S. Yang, 2013"),
       .view = {-6, 8, -6, 8},
       .start = {-4, -3},
       .minimisers = {{1, 3}},
       .minimum = 0},
      {.name = "himmelblau",
       .title = STEPLAB_TEXT("Himmelblau's function"),
       .formula = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
       .lesson = STEPLAB_TEXT(
           "Four equally good minima: from this start plain SGD, momentum and Adam each find "
           "another one."),
       .source = STEPLAB_TEXT("D. M. Himmelblau, 1972"),
       .view = {-5, 5, -5, 5},
       .start = {0, -3},
       .minimisers = {{3, 2},
                      {-2.805118086952745, 3.131312518250573},
                      {-3.779310253377747, -3.283185991286170},
                      {3.584428340330492, -1.848126526964404}},
       .minimum = 0},
      {.name = "styblinski_tang",
       .title = STEPLAB_TEXT("Styblinski-Tang function"),
       .formula = "(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)/2",
       .lesson = STEPLAB_TEXT(
           "One of four valleys is the deepest, and nothing near the top of the hill tells "
           "which."),
       .source = STEPLAB_TEXT("M. A. Styblinski and T.-S. Tang, 1990"),
       .view = {-4.5, 4.5, -4.5, 4.5},
       .start = {0.4, -0.3},
       .minimisers = {{-2.903534027771177, -2.903534027771177}},
       .minimum = -78.33233140754282},
      {.name = "rastrigin",
       .title = STEPLAB_TEXT("Rastrigin's function"),
       .formula = "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
       .lesson = STEPLAB_TEXT("A bowl full of dents: only steps longer than a dent see the bowl."),
       .source = STEPLAB_TEXT("L. A. Rastrigin, 1974"),
       .view = {-5.12, 5.12, -5.12, 5.12},
       .start = {-3.3, 2.3},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "ackley",
       .title = STEPLAB_TEXT("Ackley's function"),
       .formula = "-20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2) + e + 20",
       .lesson = STEPLAB_TEXT(
           "Nearly flat ripples all around one sharp hole; in its very centre there is no "
           "gradient at all."),
       .source = STEPLAB_TEXT("D. H. Ackley, 1987"),
       .view = {-5, 5, -5, 5},
       .start = {-2.6, -0.4},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "saddle",
       .title = STEPLAB_TEXT("Saddle"),
       .formula = "x^2 - y^2 + y^4/4",
       .lesson = STEPLAB_TEXT(
           "The gradient nearly vanishes at a point that is no minimum: how long does each "
           "optimizer linger before it falls to one side?"),
       .source = kOurs,
       .view = {-2, 2, -2, 2},
       .start = {-1.6, 0.001},
       .minimisers = {{0, 1.4142135623730951}, {0, -1.4142135623730951}},
       .minimum = -1},
      {.name = "plateau",
       .title = STEPLAB_TEXT("Plateau"),
       .formula = "1 - exp(-(x^2 + y^2)/2)",
       .lesson = STEPLAB_TEXT(
           "Far from the hole the gradient is almost nothing: steps that grow with the "
           "gradient stand still, steps that are normalised by it walk on."),
       .source = kOurs,
       .view = {-4, 4, -4, 4},
       .start = {-2.8, 2.2},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "kink",
       .title = STEPLAB_TEXT("Kink"),
       .formula = "abs(x) + 3*abs(y)",
       .lesson = STEPLAB_TEXT(
           "The gradient keeps its size right up to the minimum: a fixed learning rate "
           "bounces for ever, a decaying one settles."),
       .source = kOurs,
       .view = {-3, 3, -2, 2},
       .start = {-2.5, 1.4},
       .minimisers = {{0, 0}},
       .minimum = 0},
      {.name = "cliff",
       .title = STEPLAB_TEXT("Cliff"),
       .formula = "(x^2 + y^2)/10 + 5*(1 + tanh(20*(x - 1)))",
       .lesson =
           "At the edge the gradient is hundreds of times the usual: one step leaps across the "
           "whole valley, unless the norm is clipped.",
       .source = kOurs,
       .view = {-3, 3, -3, 3},
       .start = {2.2, 2},
       .minimisers = {{0, 0}},
       .minimum = 0},
  };
  return kSurfaces;
}

/// The i-th of `count` evenly spaced numbers, ends included.
float spaced(double from, double to, std::size_t i, std::size_t count) {
  if (count == 1) return static_cast<float>((from + to) / 2);
  const double share = static_cast<double>(i) / static_cast<double>(count - 1);
  return static_cast<float>(from + (to - from) * share);
}

}  // namespace

std::span<const SurfaceInfo> surface_registry() { return surfaces(); }

const SurfaceInfo* find_surface(std::string_view name) {
  for (const SurfaceInfo& surface : surfaces()) {
    if (surface.name == name) return &surface;
  }
  return nullptr;
}

Status evaluate_surface(std::string_view formula, const std::array<double, 4>& view,
                        std::size_t columns, std::size_t rows, std::span<float> values) {
  if (columns == 0 || rows == 0 || values.size() != columns * rows) {
    return Error{ErrorCode::kInvalidArgument, "",
                 "a grid of " + std::to_string(columns) + " columns and " + std::to_string(rows) +
                     " rows does not fit " + std::to_string(values.size()) + " values",
                 -1};
  }
  Graph graph;
  const Node x = graph.input({columns});
  const Node y = graph.input({columns});
  const Result<Node> root = record_formula(graph, formula, x, y);
  if (!root) return root.error();

  const std::span<float> xs = graph.value(x);
  for (std::size_t column = 0; column < columns; ++column) {
    xs[column] = spaced(view[0], view[1], column, columns);
  }
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<float> ys = graph.value(y);
    std::fill(ys.begin(), ys.end(), spaced(view[2], view[3], row, rows));
    graph.forward();
    const std::span<const float> result = graph.value(root.value());
    const std::span<float> target = values.subspan(row * columns, columns);
    // a formula without x and y is one number
    if (result.size() == 1) std::fill(target.begin(), target.end(), result[0]);
    if (result.size() == columns) std::copy(result.begin(), result.end(), target.begin());
  }
  return {};
}

}  // namespace steplab
