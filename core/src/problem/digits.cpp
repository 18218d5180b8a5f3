// SPDX-License-Identifier: MIT
#include "problem/digits.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace steplab {

extern const std::span<const std::uint8_t> kPackedDigits;

namespace {

constexpr std::size_t kSide = 8;
constexpr std::size_t kInkLevels = 5;  // 0, light, middle, dark, full

/// The probability of a one, of 65,536, learnt as it is used.
class BitModel {
 public:
  std::uint32_t probability() const { return probability_; }

  void learn(bool bit) {
    const std::uint32_t divisor = 2 * count_ + 3;
    if (bit) {
      probability_ += 2 * (65536 - probability_) / divisor;
    } else {
      probability_ -= 2 * probability_ / divisor;
    }
    probability_ = std::clamp<std::uint32_t>(probability_, 48, 65488);
    count_ = std::min<std::uint32_t>(count_ + 1, 30);
  }

 private:
  std::uint32_t probability_ = 32768;
  std::uint32_t count_ = 0;
};

/// The models of one context: [0] blank?, [16] full?, [1 … 15] the bits of a value by the bits
/// before.
using ModelTable = std::array<BitModel, 17>;

/// The inverse of the arithmetic coder in scripts/data/digits.py.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
    for (int i = 0; i < 4; ++i) shift_in();
  }

  bool read(BitModel& first, BitModel& second) {
    const std::uint32_t probability = (first.probability() + second.probability()) / 2;
    const std::uint64_t width = high_ - low_;
    const auto middle = static_cast<std::uint32_t>(low_ + ((width * probability) >> 16U));
    const bool bit = code_ <= middle;
    if (bit) {
      high_ = middle;
    } else {
      low_ = middle + 1;
    }
    while (((low_ ^ high_) >> 24U) == 0) {
      low_ <<= 8U;
      high_ = (high_ << 8U) | 0xFFU;
      shift_in();
    }
    first.learn(bit);
    if (&second != &first) second.learn(bit);
    return bit;
  }

  std::uint8_t read_four(ModelTable& first, ModelTable& second) {
    std::size_t prefix = 1;
    while (prefix < 16) prefix = 2 * prefix + (read(first[prefix], second[prefix]) ? 1 : 0);
    return static_cast<std::uint8_t>(prefix - 16);
  }

 private:
  void shift_in() {
    code_ = (code_ << 8U) | (offset_ < bytes_.size() ? bytes_[offset_] : 0U);
    ++offset_;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t offset_ = 0;
  std::uint32_t low_ = 0;
  std::uint32_t high_ = 0xFFFFFFFFU;
  std::uint32_t code_ = 0;
};

std::uint8_t read_pixel(BitReader& reader, ModelTable& first, ModelTable& second) {
  if (reader.read(first[0], second[0])) return 0;
  if (reader.read(first[16], second[16])) return Digits::kFullInk;
  return reader.read_four(first, second);
}

std::size_t ink_level(std::uint8_t pixel) {
  if (pixel == 0) return 0;
  if (pixel == Digits::kFullInk) return kInkLevels - 1;
  return 1 + pixel / 6U;
}

}  // namespace

Digits unpack_digits() {
  Digits digits;
  digits.pixels.resize(Digits::kCount * Digits::kPixels);
  digits.labels.resize(Digits::kCount);

  BitReader reader(kPackedDigits);
  ModelTable of_label;
  std::vector<ModelTable> of_neighbours(Digits::kPixels * kInkLevels * kInkLevels);
  std::vector<ModelTable> of_class(Digits::kPixels * Digits::kClasses);
  for (std::size_t i = 0; i < Digits::kCount; ++i) {
    const std::uint8_t label = reader.read_four(of_label, of_label);
    digits.labels[i] = label;
    const std::span<std::uint8_t> image(&digits.pixels[i * Digits::kPixels], Digits::kPixels);
    for (std::size_t place = 0; place < Digits::kPixels; ++place) {
      const std::size_t left = place % kSide == 0 ? 0 : ink_level(image[place - 1]);
      const std::size_t above = place < kSide ? 0 : ink_level(image[place - kSide]);
      image[place] =
          read_pixel(reader, of_neighbours[(place * kInkLevels + left) * kInkLevels + above],
                     of_class[place * Digits::kClasses + label]);
    }
  }
  return digits;
}

}  // namespace steplab
