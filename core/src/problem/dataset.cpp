// SPDX-License-Identifier: MIT
#include "steplab/problem/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <tuple>
#include <utility>

#include "problem/digits.hpp"
#include "problem/toy_data.hpp"
#include "steplab/base/random.hpp"

namespace steplab {
namespace {

constexpr std::size_t kMinToySamples = 10;
constexpr std::size_t kMaxToySamples = 100'000;

struct Samples {
  std::size_t features = 0;
  std::size_t classes = 0;
  std::vector<float> x;  ///< [samples, features]
  std::vector<std::uint32_t> labels;
};

struct ToySet {
  std::string_view name;
  std::size_t classes;
  void (*draw)(std::size_t samples, double noise, Generator& generator,
               std::vector<ToyPoint>& points);
};

constexpr std::array<ToySet, 4> kToySets{{
    {"moons", 2, draw_moons},
    {"circles", 2, draw_circles},
    {"spirals", 2, draw_spirals},
    {"blobs", 3, draw_blobs},
}};
constexpr std::string_view kDigits = "digits";

Samples draw_toy_samples(const ToySet& set, const DatasetOptions& options, Generator& generator) {
  std::vector<ToyPoint> points;
  points.reserve(options.samples);
  set.draw(options.samples, options.noise, generator, points);
  Samples samples{2, set.classes, {}, {}};
  for (const ToyPoint& point : points) {
    samples.x.push_back(static_cast<float>(point.x));
    samples.x.push_back(static_cast<float>(point.y * options.scale));
    samples.labels.push_back(point.label);
  }
  return samples;
}

Samples samples_of(const Digits& digits) {
  Samples samples{Digits::kPixels, Digits::kClasses, {}, {}};
  samples.x.reserve(digits.pixels.size());
  for (const std::uint8_t pixel : digits.pixels) {
    samples.x.push_back(static_cast<float>(pixel) / static_cast<float>(Digits::kFullInk));
  }
  samples.labels.assign(digits.labels.begin(), digits.labels.end());
  return samples;
}

// Every sample gets another one's label. A generator of its own, so that the points and the split
// stay.
void shuffle_labels(Samples& samples, std::uint64_t seed) {
  std::vector<std::uint32_t> order(samples.labels.size());
  Generator(seed).fill_permutation(order);
  const std::vector<std::uint32_t> labels = samples.labels;
  for (std::size_t i = 0; i < order.size(); ++i) samples.labels[i] = labels[order[i]];
}

/// The chosen samples as a tensor of rows and their labels.
std::pair<Tensor, std::vector<std::uint32_t>> gather(const Samples& samples,
                                                     std::span<const std::uint32_t> chosen) {
  Tensor x(Shape{chosen.size(), samples.features});
  std::vector<std::uint32_t> labels;
  labels.reserve(chosen.size());
  auto row = x.span().begin();
  for (const std::uint32_t index : chosen) {
    row = std::copy_n(samples.x.begin() + static_cast<std::ptrdiff_t>(index * samples.features),
                      samples.features, row);
    labels.push_back(samples.labels[index]);
  }
  return {std::move(x), std::move(labels)};
}

std::shared_ptr<const Dataset> split(const Samples& samples, double test_fraction,
                                     Generator& generator) {
  std::vector<std::uint32_t> order(samples.labels.size());
  generator.fill_permutation(order);
  const double share = std::floor(static_cast<double>(order.size()) * test_fraction + 0.5);
  const std::size_t test_count =
      std::clamp<std::size_t>(static_cast<std::size_t>(share), 1, order.size() - 1);
  const std::span<const std::uint32_t> shuffled(order);
  auto dataset = std::make_shared<Dataset>();
  dataset->features = samples.features;
  dataset->classes = samples.classes;
  std::tie(dataset->test_x, dataset->test_labels) = gather(samples, shuffled.first(test_count));
  std::tie(dataset->train_x, dataset->train_labels) = gather(samples, shuffled.subspan(test_count));
  return dataset;
}

Error invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, "", std::move(message), -1};
}

}  // namespace

Result<std::shared_ptr<const Dataset>> make_dataset(const DatasetOptions& options) {
  if (!(options.test_fraction > 0.0 && options.test_fraction <= 0.9)) {
    return invalid("the test fraction must be above 0 and at most 0.9");
  }
  if (options.name == kDigits) {
    const std::optional<Digits> digits = read_digits();
    if (!digits) return invalid("the digits are not loaded");
    // A fixed seed of its own, so that every experiment holds out the same images.
    constexpr std::uint64_t kSplitSeed = 1998;
    Generator generator(kSplitSeed);
    Samples samples = samples_of(*digits);
    if (options.shuffle_labels) shuffle_labels(samples, kSplitSeed);
    return split(samples, options.test_fraction, generator);
  }
  for (const ToySet& set : kToySets) {
    if (set.name != options.name) continue;
    if (options.samples < kMinToySamples || options.samples > kMaxToySamples) {
      return invalid("the number of samples must be from " + std::to_string(kMinToySamples) +
                     " to " + std::to_string(kMaxToySamples) + ", not " +
                     std::to_string(options.samples));
    }
    if (!(options.noise >= 0.0 && options.noise <= 10.0)) {
      return invalid("the noise must be from 0 to 10");
    }
    Generator generator(options.seed);
    Samples samples = draw_toy_samples(set, options, generator);
    if (options.shuffle_labels) shuffle_labels(samples, options.seed);
    return split(samples, options.test_fraction, generator);
  }
  std::string known;
  for (const ToySet& set : kToySets) known += std::string(set.name) + ", ";
  return invalid("unknown data set \"" + options.name + "\"; known are " + known +
                 std::string(kDigits));
}

}  // namespace steplab
