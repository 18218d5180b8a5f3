// SPDX-License-Identifier: MIT
#include "problem/digits.hpp"

#include <algorithm>
#include <span>

#include "steplab/problem/digits_bytes.hpp"

namespace steplab {
namespace {

constexpr std::size_t kBytesOfOne = Digits::kPixels + 1;  // the pixels, then the label

}  // namespace

std::optional<Digits> read_digits() {
  const std::span<const std::uint8_t> bytes = digits_bytes();
  if (bytes.size() != Digits::kCount * kBytesOfOne) return std::nullopt;
  Digits digits;
  digits.pixels.resize(Digits::kCount * Digits::kPixels);
  digits.labels.resize(Digits::kCount);
  for (std::size_t i = 0; i < Digits::kCount; ++i) {
    const std::uint8_t* one = bytes.data() + i * kBytesOfOne;
    std::copy_n(one, Digits::kPixels, &digits.pixels[i * Digits::kPixels]);
    digits.labels[i] = one[Digits::kPixels];
  }
  return digits;
}

}  // namespace steplab
