// SPDX-License-Identifier: MIT
#include "steplab/base/tensor.hpp"

#include <gtest/gtest.h>

#include <array>
#include <xtensor/xmath.hpp>

#include "steplab/base/archive.hpp"
#include "steplab/base/parameter.hpp"
#include "steplab/base/tensor_view.hpp"

namespace steplab {
namespace {

TEST(Tensor, OfAShapeIsZeros) {
  const Tensor tensor(Shape{2, 3});
  EXPECT_EQ(tensor.size(), 6U);
  EXPECT_EQ(view(tensor)(1, 2), 0.0F);
  EXPECT_EQ(Tensor().size(), 1U);
  EXPECT_EQ(Tensor(Shape{0}).size(), 0U);
}

TEST(Tensor, IsRowMajor) {
  const std::array<float, 6> values{0, 1, 2, 3, 4, 5};
  const Tensor tensor(Shape{2, 3}, values);
  EXPECT_EQ(view(tensor)(1, 0), 3.0F);
}

TEST(TensorView, SeesAndWritesTheSameMemory) {
  Tensor tensor(Shape{2, 3});
  view(tensor)(1, 1) = 5.0F;
  EXPECT_EQ(tensor.span()[4], 5.0F);
  EXPECT_EQ(xt::sum(view(tensor) + 1.0F)(), 11.0F);
}

TEST(SumOfSquares, CountsEveryElement) {
  const std::array<float, 7> values{1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(sum_of_squares(values), 140.0);
  EXPECT_EQ(sum_of_squares({}), 0.0);
}

TEST(Shape, PrintsAsPyTorchDoes) {
  EXPECT_EQ(to_string(Shape{}), "[]");
  EXPECT_EQ(to_string(Shape{10, 4}), "[10, 4]");
}

TEST(Parameter, TellsNoneFromZero) {
  Parameter parameter("x", Tensor(Shape{2}));
  EXPECT_FALSE(parameter.has_grad());
  parameter.materialize_grad().fill(0.0F);
  EXPECT_TRUE(parameter.has_grad());
  parameter.drop_grad();
  EXPECT_FALSE(parameter.has_grad());
}

TEST(Archive, RestoresWhatItSaved) {
  std::array<float, 3> values{1, 2, 3};
  int count = 7;
  const auto walk = [&](Archive& archive) {
    archive.values(std::span<float>(values));
    archive.value(count);
  };
  Archive measuring = Archive::measuring();
  walk(measuring);
  EXPECT_EQ(measuring.bytes(), sizeof values + sizeof count);
  std::vector<std::byte> buffer(measuring.bytes());
  Archive saving = Archive::saving(buffer);
  walk(saving);
  values = {9, 9, 9};
  count = 0;
  Archive restoring = Archive::restoring(buffer);
  walk(restoring);
  EXPECT_EQ(values[1], 2.0F);
  EXPECT_EQ(count, 7);
}

}  // namespace
}  // namespace steplab
