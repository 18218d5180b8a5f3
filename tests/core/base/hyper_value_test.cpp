// SPDX-License-Identifier: MIT
#include "steplab/base/hyper_value.hpp"

#include <gtest/gtest.h>

namespace steplab {
namespace {

TEST(HyperValue, PrintsAsPythonDoes) {
  EXPECT_EQ(to_python(std::monostate{}), "None");
  EXPECT_EQ(to_python(true), "True");
  EXPECT_EQ(to_python(1.0), "1.0");
  EXPECT_EQ(to_python(-0.5), "-0.5");
  EXPECT_EQ(to_python(0.001), "0.001");
  EXPECT_EQ(to_python(1e-8), "1e-08");
  EXPECT_EQ(to_python(1.5e-7), "1.5e-07");
  EXPECT_EQ(to_python(1e16), "1e+16");
  EXPECT_EQ(to_python(123456.0), "123456.0");
  EXPECT_EQ(to_python(std::vector<double>{0.9, 0.999}), "(0.9, 0.999)");
  EXPECT_EQ(to_python(std::string("strong_wolfe")), "'strong_wolfe'");
}

}  // namespace
}  // namespace steplab
