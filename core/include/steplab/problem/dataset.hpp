// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "steplab/base/error.hpp"
#include "steplab/base/tensor.hpp"

namespace steplab {

/// Labelled samples, split into train and test. Shared by all runs of a session.
struct Dataset {
  std::size_t features = 0;
  std::size_t classes = 0;
  Tensor train_x;  ///< [train samples, features]
  Tensor test_x;   ///< [test samples, features]
  std::vector<std::uint32_t> train_labels;
  std::vector<std::uint32_t> test_labels;
};

/// Which data to make.
struct DatasetOptions {
  std::string name;             ///< "moons", "circles", "spirals", "blobs" or "digits"
  std::size_t samples = 500;    ///< toy sets only; 10 to 100,000
  double noise = 0.1;           ///< toy sets only: standard deviation of the added noise; 0 to 10
  std::uint64_t seed = 0;       ///< toy sets only: draws the points
  double test_fraction = 0.2;   ///< share of samples held out; above 0, at most 0.9
  bool shuffle_labels = false;  ///< permutes the labels of all samples at random, drawn from `seed`
  double scale = 1.0;           ///< toy sets only: multiplies the second feature
};

/// Makes a toy set (deterministic in its seed) or loads the built-in digits (1,797 8x8 images of
/// the UCI collection, pixels scaled to [0, 1]; core/data/README.md tells where they come from).
/// The digits are split the same way in every experiment. Errors (kInvalidArgument): a value out of
/// range, an unknown name (the message lists the known ones).
Result<std::shared_ptr<const Dataset>> make_dataset(const DatasetOptions& options);

}  // namespace steplab
