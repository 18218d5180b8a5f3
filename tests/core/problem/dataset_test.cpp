// SPDX-License-Identifier: MIT
#include "steplab/problem/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "problem/digits.hpp"

namespace steplab {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

std::shared_ptr<const Dataset> make(const DatasetOptions& options) {
  auto made = make_dataset(options);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message);
  return made.ok() ? made.value() : nullptr;
}

bool equal(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

struct Point {
  double x;
  double y;
  std::uint32_t label;
};

std::vector<Point> all_points(const Dataset& dataset) {
  std::vector<Point> points;
  const auto append = [&](const Tensor& x, const std::vector<std::uint32_t>& labels) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      points.push_back({static_cast<double>(x.span()[2 * i]),
                        static_cast<double>(x.span()[2 * i + 1]), labels[i]});
    }
  };
  append(dataset.train_x, dataset.train_labels);
  append(dataset.test_x, dataset.test_labels);
  return points;
}

class ToySet : public ::testing::TestWithParam<const char*> {};

TEST_P(ToySet, IsSplitBalancedAndInView) {
  const auto dataset = make({GetParam(), 500, 0.05, 3, 0.2});
  ASSERT_TRUE(dataset);
  EXPECT_EQ(dataset->features, 2U);
  EXPECT_EQ(dataset->train_labels.size(), 400U);
  EXPECT_EQ(dataset->test_labels.size(), 100U);
  EXPECT_EQ(dataset->train_x.shape(), (Shape{400, 2}));
  EXPECT_EQ(dataset->test_x.shape(), (Shape{100, 2}));
  std::vector<int> counts(dataset->classes);
  for (const Point& point : all_points(*dataset)) {
    ASSERT_LT(point.label, dataset->classes);
    ++counts[point.label];
    EXPECT_LE(std::max(std::fabs(point.x), std::fabs(point.y)), 1.6);
  }
  for (const int count : counts) EXPECT_NEAR(count, 500.0 / static_cast<double>(counts.size()), 1);
  // shuffled: the first half of the train samples holds every class
  const auto& labels = dataset->train_labels;
  EXPECT_EQ(std::set<std::uint32_t>(labels.begin(), labels.begin() + 50).size(), dataset->classes);
}

TEST_P(ToySet, FollowsItsSeedAlone) {
  const auto first = make({GetParam(), 60, 0.1, 8, 0.25});
  const auto again = make({GetParam(), 60, 0.1, 8, 0.25});
  const auto other = make({GetParam(), 60, 0.1, 9, 0.25});
  EXPECT_TRUE(equal(first->train_x.span(), again->train_x.span()));
  EXPECT_EQ(first->test_labels, again->test_labels);
  EXPECT_FALSE(equal(first->train_x.span(), other->train_x.span()));
}

TEST_P(ToySet, HasNoiseOfTheGivenSize) {
  // the same seed draws the same directions: displacement is proportional to the noise
  const auto still = all_points(*make({GetParam(), 400, 0.0, 2, 0.5}));
  const auto small = all_points(*make({GetParam(), 400, 0.1, 2, 0.5}));
  const auto large = all_points(*make({GetParam(), 400, 0.2, 2, 0.5}));
  double sum = 0.0;
  for (std::size_t i = 0; i < still.size(); ++i) {
    const double moved = small[i].x - still[i].x;
    EXPECT_NEAR(large[i].x - still[i].x, 2 * moved, 1e-5);
    sum += moved * moved;
  }
  EXPECT_NEAR(std::sqrt(sum / static_cast<double>(still.size())), 0.1, 0.01);
}

TEST_P(ToySet, KeepsItsPointsWhenLabelsAreShuffled) {
  const auto plain = make({GetParam(), 300, 0.1, 5, 0.2});
  const auto shuffled = make({GetParam(), 300, 0.1, 5, 0.2, /*shuffle_labels=*/true});
  EXPECT_TRUE(equal(plain->train_x.span(), shuffled->train_x.span()));
  EXPECT_NE(plain->train_labels, shuffled->train_labels);
  std::size_t same = 0;
  for (std::size_t i = 0; i < plain->train_labels.size(); ++i) {
    same += plain->train_labels[i] == shuffled->train_labels[i] ? 1 : 0;
  }
  // As many as chance leaves.
  const double expected = 240.0 / static_cast<double>(plain->classes);
  EXPECT_NEAR(static_cast<double>(same), expected, 40.0);
  std::vector<int> counts(plain->classes);
  for (const Point& point : all_points(*shuffled)) ++counts[point.label];
  for (const int count : counts) EXPECT_NEAR(count, 300.0 / static_cast<double>(counts.size()), 1);
}

TEST_P(ToySet, HasItsSecondFeatureScaled) {
  const auto plain = make({GetParam(), 50, 0.1, 5, 0.2});
  const auto scaled = make({GetParam(), 50, 0.1, 5, 0.2, false, /*scale=*/1000.0});
  EXPECT_EQ(plain->train_labels, scaled->train_labels);
  for (std::size_t i = 0; i < plain->train_x.size(); ++i) {
    const float expected = plain->train_x.span()[i] * (i % 2 == 0 ? 1.0F : 1000.0F);
    EXPECT_NEAR(scaled->train_x.span()[i], expected, 1e-3F);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ToySet, ::testing::Values("moons", "circles", "spirals", "blobs"),
                         [](const auto& test) { return std::string(test.param); });

TEST(ToySetBits, AreTheSameOnEveryPlatform) {
  const auto fingerprint = [](const char* name) {
    std::uint32_t hash = 2166136261U;
    const auto dataset = make({name, 200, 0.1, 6, 0.2});
    for (const float value : dataset->train_x.span()) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &value, sizeof bits);
      hash = (hash ^ bits) * 16777619U;
    }
    return hash;
  };
  EXPECT_EQ(fingerprint("moons"), 2601257097U);
  EXPECT_EQ(fingerprint("circles"), 3095347092U);
  EXPECT_EQ(fingerprint("spirals"), 45587465U);
  EXPECT_EQ(fingerprint("blobs"), 3052116358U);
}

TEST(ToySetShape, IsWhatItsNameSays) {
  for (const Point& point : all_points(*make({"circles", 100, 0, 0, 0.5}))) {
    EXPECT_NEAR(std::hypot(point.x, point.y), point.label == 0 ? 1.2 : 0.6, 1e-6);
  }
  for (const Point& point : all_points(*make({"moons", 100, 0, 0, 0.5}))) {
    const double side = point.label == 0 ? 1.0 : -1.0;
    EXPECT_NEAR(std::hypot(side * point.x + 0.4, side * point.y + 0.2), 0.8, 1e-6);
    EXPECT_GE(side * point.y + 0.2, -1e-6);
  }
  for (const Point& point : all_points(*make({"spirals", 100, 0, 0, 0.5}))) {
    // 1.25 turns while the radius grows from 0.15 by 1.15; the second arm is half a turn on
    const double radius = std::hypot(point.x, point.y);
    const double angle =
        2.5 * std::acos(-1.0) * (radius - 0.15) / 1.15 + (point.label == 0 ? 0.0 : std::acos(-1.0));
    EXPECT_NEAR(point.x, radius * std::cos(angle), 1e-4);
    EXPECT_NEAR(point.y, radius * std::sin(angle), 1e-4);
  }
}

TEST(Digits, AreThoseOfScikitLearn) {
  const Digits digits = read_digits().value();
  // from sklearn.datasets.load_digits(): FNV-1a over label and pixels of every image in order
  std::uint32_t hash = 2166136261U;
  std::array<int, 10> counts{};
  for (std::size_t i = 0; i < Digits::kCount; ++i) {
    ++counts.at(digits.labels[i]);
    hash = (hash ^ digits.labels[i]) * 16777619U;
    for (std::size_t p = 0; p < Digits::kPixels; ++p) {
      hash = (hash ^ digits.pixels[i * Digits::kPixels + p]) * 16777619U;
    }
  }
  EXPECT_THAT(counts, ElementsAreArray({178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
  EXPECT_EQ(hash, 2728891327U);
  // the first image is a 0
  EXPECT_EQ(digits.labels[0], 0);
  const std::array<std::uint8_t, 16> top{0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0};
  EXPECT_TRUE(std::equal(top.begin(), top.end(), digits.pixels.begin()));
}

TEST(Digits, AreSplitTheSameForEveryExperiment) {
  const auto dataset = make({.name = "digits", .seed = 1});
  const auto other = make({.name = "digits", .samples = 7, .seed = 2});
  EXPECT_EQ(dataset->features, 64U);
  EXPECT_EQ(dataset->classes, 10U);
  EXPECT_EQ(dataset->test_labels.size(), 359U);
  EXPECT_EQ(dataset->train_labels.size(), 1438U);
  EXPECT_EQ(dataset->train_labels, other->train_labels);
  const auto [least, most] =
      std::minmax_element(dataset->train_x.span().begin(), dataset->train_x.span().end());
  EXPECT_EQ(*least, 0.0F);
  EXPECT_EQ(*most, 1.0F);
  for (const float pixel : dataset->test_x.span()) {
    ASSERT_EQ(pixel * 16.0F, std::floor(pixel * 16.0F));
  }
  // train and test together are the whole collection
  std::array<int, 10> counts{};
  for (const std::uint32_t label : dataset->train_labels) ++counts.at(label);
  for (const std::uint32_t label : dataset->test_labels) ++counts.at(label);
  EXPECT_THAT(counts, ElementsAreArray({178, 182, 177, 183, 181, 182, 181, 179, 174, 180}));
}

TEST(Dataset, RefusesWhatItDoesNotKnow) {
  const auto message = [](const DatasetOptions& options) {
    const auto made = make_dataset(options);
    return made.ok() ? "" : made.error().message;
  };
  EXPECT_EQ(message({.name = "mnist"}),
            "unknown data set \"mnist\"; known are moons, circles, spirals, blobs, digits");
  EXPECT_THAT(message({.name = "moons", .samples = 3}), HasSubstr("from 10 to 100000, not 3"));
  EXPECT_THAT(message({.name = "moons", .noise = -1}), HasSubstr("noise"));
  EXPECT_THAT(message({.name = "moons", .noise = std::nan("")}), HasSubstr("noise"));
  EXPECT_THAT(message({.name = "digits", .test_fraction = 0}), HasSubstr("test fraction"));
  EXPECT_THAT(message({.name = "digits", .test_fraction = 1}), HasSubstr("test fraction"));
}

}  // namespace
}  // namespace steplab
