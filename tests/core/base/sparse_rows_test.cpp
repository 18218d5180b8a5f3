// SPDX-License-Identifier: MIT
// Row-sparse tensors against what PyTorch made of the same (scripts/goldens/sparse_traces.py).
#include "steplab/base/sparse_rows.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <vector>

#include "steplab/base/parameter.hpp"
#include "steplab/base/row_order.hpp"
#include "support/golden.hpp"

namespace steplab {
namespace {

using golden::Json;
using ::testing::ElementsAre;

const Json& recorded() {
  static const rapidjson::Document document = golden::load("optim/sparse_operations.json");
  return document;
}

std::vector<std::uint32_t> integers(const Json& array) {
  std::vector<std::uint32_t> numbers;
  for (const Json& number : array.GetArray()) numbers.push_back(number.GetUint());
  return numbers;
}

RecordedRows rows_from(const Json& tensor) {
  return {integers(tensor["rows"]), golden::floats_from(tensor["values"])};
}

Shape shape_from(const Json& array) {
  Shape shape;
  for (const Json& size : array.GetArray()) shape.push_back(size.GetUint());
  return shape;
}

std::vector<std::uint32_t> order_of(const std::vector<std::uint32_t>& rows) {
  std::vector<std::uint32_t> order(rows.size());
  order_rows(rows, order);
  return order;
}

void expect_slices(RowSlices slices, const Json& expected) {
  EXPECT_EQ(std::vector(slices.rows.begin(), slices.rows.end()), integers(expected["rows"]));
  EXPECT_EQ(golden::bits_of(slices.values), expected["values"].GetString());
}

TEST(RowOrder, PutsEqualRowsWherePyTorchPutsThem) {
  ASSERT_GE(recorded()["sorts"].Size(), 20U);
  for (const Json& sort : recorded()["sorts"].GetArray()) {
    EXPECT_EQ(order_of(integers(sort["rows"])), integers(sort["order"]));
  }
}

TEST(RowOrder, IsPyTorchsOfLongListsToo) {
  for (const Json& sort : recorded()["long_sorts"].GetArray()) {
    const std::uint64_t size = sort["size"].GetUint64();
    std::vector<std::uint32_t> rows;
    for (std::uint64_t i = 0; i < size; ++i) {
      rows.push_back(static_cast<std::uint32_t>(i * i % sort["modulus"].GetUint64()));
    }
    const std::vector<std::uint32_t> order = order_of(rows);
    golden::Hash hash;
    hash.add(order.data(), order.size() * sizeof order[0]);
    EXPECT_EQ(hash.text(), sort["hash"].GetString()) << size;
  }
}

TEST(RowCoalescer, AddsUpAsPyTorchDoes) {
  for (const Json& entry : recorded()["coalesced"].GetArray()) {
    const RecordedRows tensor = rows_from(entry["tensor"]);
    RowCoalescer coalesce;
    coalesce.allocate(shape_from(entry["shape"]), tensor.rows.size());
    expect_slices(coalesce(tensor.slices(), 1.0F), entry["coalesced"]);
    // Again, over what the first call left, and negated.
    const RowSlices negated = coalesce(tensor.slices(), -1.0F);
    std::vector<float> values(negated.values.begin(), negated.values.end());
    for (float& value : values) value = -value;
    EXPECT_EQ(golden::bits_of(values), entry["coalesced"]["values"].GetString());
  }
}

TEST(SparseGrad, ShowsItsSumAsADenseTensor) {
  Parameter parameter("w", Tensor({3, 2}));
  parameter.allow_sparse_grad(2);
  const RecordedRows slices{{1, 1}, {1, 2, 3, 4}};
  parameter.set_sparse_grad(slices.slices());
  EXPECT_THAT(parameter.grad().span(), ElementsAre(0, 0, 4, 6, 0, 0));
  parameter.set_sparse_grad({});
  EXPECT_TRUE(parameter.has_sparse_grad());
  EXPECT_THAT(parameter.grad().span(), ElementsAre(0, 0, 0, 0, 0, 0));
  parameter.drop_grad();
  EXPECT_FALSE(parameter.has_sparse_grad());
}

TEST(SparseGrad, IsSummedUpWhereItsRoomEnds) {
  Parameter parameter("w", Tensor({3}));
  parameter.allow_sparse_grad(2);
  const std::size_t capacity = parameter.sparse_capacity();
  const RecordedRows down{{2, 0}, {1, 0.5F}};
  const RecordedRows up{{1, 2}, {4, 2}};
  std::vector<float> sums(3, 0.0F);
  for (int i = 0; i < 50; ++i) {
    for (const RecordedRows& slices : {down, up}) {
      parameter.add_sparse_grad(slices.slices());
      add_rows(slices.slices(), 1.0F, sums);
      ASSERT_LE(parameter.sparse_grad().size(), capacity);
    }
    EXPECT_THAT(parameter.grad().span(), ElementsAre(sums[0], sums[1], sums[2]));
  }
}

}  // namespace
}  // namespace steplab
