// SPDX-License-Identifier: MIT
#include "steplab/base/number_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "steplab/base/random.hpp"

namespace steplab {
namespace {

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(1.0), "1");
  EXPECT_EQ(number_text(-0.5), "-0.5");
  EXPECT_EQ(number_text(-0.0), "-0.0");
  EXPECT_EQ(number_text(1e-8), "1e-8");
  EXPECT_EQ(number_text(1e21), "1e21");
  EXPECT_EQ(number_text(9.5e20), "950000000000000000000");
  EXPECT_EQ(number_text(5e-324), "5e-324");
  EXPECT_EQ(number_text(std::numeric_limits<double>::max()), "1.7976931348623157e308");
  EXPECT_EQ(number_text(0.1F), "0.1");
  EXPECT_EQ(number_text(std::nextafter(0.1F, 1.0F)), "0.10000001");
  EXPECT_EQ(number_text(std::numeric_limits<float>::denorm_min()), "1e-45");
  EXPECT_EQ(number_text(std::numeric_limits<float>::max()), "3.4028235e38");
  EXPECT_EQ(number_text(9.9999998e-3F), "0.01");
}

TEST(NumberText, NamesWhatIsNotFinite) {
  EXPECT_EQ(number_text(std::nan("")), "nan");
  EXPECT_EQ(number_text(std::numeric_limits<float>::infinity()), "inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(NumberText, ReadsBackToTheSameBits) {
  Generator random(11);
  for (int i = 0; i < 200000; ++i) {
    const std::uint32_t bits = random.next();
    float single = 0.0F;
    std::memcpy(&single, &bits, sizeof single);
    if (std::isfinite(single)) {
      EXPECT_EQ(static_cast<float>(std::strtod(number_text(single).c_str(), nullptr)), single);
    }
    const std::uint64_t wide = (static_cast<std::uint64_t>(bits) << 32U) | random.next();
    double number = 0.0;
    std::memcpy(&number, &wide, sizeof number);
    if (std::isfinite(number)) {
      EXPECT_EQ(std::strtod(number_text(number).c_str(), nullptr), number);
    }
  }
}

}  // namespace
}  // namespace steplab
