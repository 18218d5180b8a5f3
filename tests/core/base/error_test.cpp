// SPDX-License-Identifier: MIT
#include "steplab/base/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace steplab {
namespace {

TEST(Result, HoldsAValueOrAnError) {
  const Result<std::string> good("value");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, "value");

  const Result<std::string> bad(Error{ErrorCode::kInvalidFormula, "/problem/formula", "no", 3});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().path, "/problem/formula");
  EXPECT_EQ(bad.error().position, 3);
}

TEST(Result, OfVoidIsSuccessUntilGivenAnError) {
  EXPECT_TRUE(Status().ok());
  EXPECT_FALSE(Status(Error{}).ok());
}

TEST(ErrorCode, HasAStableName) {
  EXPECT_EQ(error_code_name(ErrorCode::kInvalidHyperParameter), "invalid_hyper_parameter");
}

}  // namespace
}  // namespace steplab
