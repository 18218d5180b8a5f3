// SPDX-License-Identifier: MIT
#include "steplab/export/safetensors.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace steplab {
namespace {

using ::testing::HasSubstr;

std::string length_of(std::uint64_t length) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, bytes.size());
  return bytes;
}

// A file of this header, and so many bytes of elements.
std::string file_of(const std::string& header, std::size_t bytes) {
  return length_of(header.size()) + header + std::string(bytes, '\0');
}

std::string read_error(const std::string& bytes) {
  const auto tensors = read_safetensors(bytes);
  if (tensors) return "none";
  EXPECT_EQ(tensors.error().code, ErrorCode::kInvalidArgument);
  return tensors.error().message;
}

std::vector<std::uint32_t> bits_of(const Tensor& tensor) {
  std::vector<std::uint32_t> bits(tensor.size());
  if (!bits.empty()) std::memcpy(bits.data(), tensor.span().data(), 4 * bits.size());
  return bits;
}

TEST(Safetensors, AFileOfOneTensor) {
  const NamedTensor tensor{"w", Tensor({2}, std::vector<float>{1.0F, -2.0F})};
  const std::string header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  ASSERT_EQ(header.size(), 54U);
  EXPECT_EQ(write_safetensors(std::span(&tensor, 1)),
            length_of(56) + header + "  " + std::string("\0\0\x80\x3f\0\0\0\xc0", 8));
}

TEST(Safetensors, RoundTripKeepsEveryBit) {
  const float odd[] = {-0.0F,
                       std::numeric_limits<float>::denorm_min(),
                       std::numeric_limits<float>::infinity(),
                       std::numeric_limits<float>::quiet_NaN(),
                       1.5F,
                       -3e38F};
  const std::vector<NamedTensor> written{{"scalar", Tensor({}, std::span(odd, 1))},
                                         {"matrix \"θ\"", Tensor({2, 3}, odd)},
                                         {"empty", Tensor(Shape{0})},
                                         {"", Tensor({1}, std::span(odd + 4, 1))}};
  const auto read = read_safetensors(write_safetensors(written));
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ((*read)[i].name, written[i].name);
    EXPECT_EQ((*read)[i].value.shape(), written[i].value.shape());
    EXPECT_EQ(bits_of((*read)[i].value), bits_of(written[i].value));
  }
}

TEST(Safetensors, NoTensorsAreAFile) {
  const auto read = read_safetensors(write_safetensors({}));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->empty());
}

TEST(Safetensors, OrderOfBytesAndMetadataAreTheWritersOwn) {
  const auto read = read_safetensors(file_of(
      R"({"__metadata__":{"format":"pt"},"b":{"shape":[],"dtype":"F32","data_offsets":[4,8]},)"
      R"("a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}   )",
      8));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ((*read)[0].name, "b");
  EXPECT_EQ((*read)[1].value.shape(), (Shape{1, 1}));
}

TEST(Safetensors, BrokenFilesSayWhatIsWrong) {
  const auto one = [](const std::string& entry, std::size_t bytes = 8) {
    return read_error(file_of("{\"w\":" + entry + "}", bytes));
  };
  EXPECT_THAT(read_error(""), HasSubstr("the file has 0 bytes"));
  EXPECT_THAT(read_error("1234567"), HasSubstr("the file has 7 bytes"));
  EXPECT_THAT(read_error(length_of(3) + "{}"), HasSubstr("the header has 3 bytes; the file has 2"));
  EXPECT_THAT(read_error(length_of(~std::uint64_t{0}) + "{}"), HasSubstr("18446744073709551615"));
  EXPECT_THAT(read_error(file_of("[]", 0)), HasSubstr("no JSON object"));
  EXPECT_THAT(read_error(file_of("{\"w\":", 0)), HasSubstr("no JSON object"));
  EXPECT_THAT(read_error(file_of("{\"\xff\":{}}", 0)), HasSubstr("no JSON object"));
  EXPECT_THAT(read_error(file_of(std::string(1'000'000, '['), 0)), HasSubstr("no JSON object"));
  EXPECT_THAT(one("1"), HasSubstr("tensor \"w\" is described by no object"));
  EXPECT_THAT(one("{}"), HasSubstr("tensor \"w\" has no dtype"));
  EXPECT_THAT(one(R"({"dtype":"BF16","shape":[4],"data_offsets":[0,8]})"),
              HasSubstr("has the dtype \"BF16\"; only \"F32\" is read"));
  EXPECT_THAT(one(R"({"dtype":32,"shape":[2],"data_offsets":[0,8]})"), HasSubstr("no text"));
  EXPECT_THAT(one(R"({"dtype":"F32","data_offsets":[0,8]})"), HasSubstr("has no shape"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"),
              HasSubstr("has no shape"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[2]})"), HasSubstr("no two data_offsets"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0]})"),
              HasSubstr("no two data_offsets"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"),
              HasSubstr("lies at bytes 8 to 0 of 8"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[2],"data_offsets":[4,12]})"),
              HasSubstr("lies at bytes 4 to 12 of 8"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"),
              HasSubstr("has the shape [3], which does not take 8 bytes"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[],"data_offsets":[0,8]})"), HasSubstr("shape []"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,6]})"), HasSubstr("6 bytes"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[4294967296],"data_offsets":[0,8]})"),
              HasSubstr("has no shape of integers from 0 to 2^32 - 1"));
  // 2^31 · 2^31 · 4 is 0 in 64 bits.
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[2147483648,2147483648,4],"data_offsets":[0,0]})"),
              HasSubstr("does not take 0 bytes"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})"),
              HasSubstr("4 bytes before tensor \"w\" belong to none"));
  EXPECT_THAT(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})"),
              HasSubstr("4 bytes at the end belong to no tensor"));
  const std::string entry = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  EXPECT_THAT(read_error(file_of("{\"a\":" + entry + ",\"b\":" + entry + "}", 4)),
              HasSubstr("tensor \"b\" overlaps another one"));
  EXPECT_THAT(read_error(file_of("{\"a\":" + entry + ",\"a\":" + entry + "}", 4)),
              HasSubstr("tensor \"a\" is there twice"));
}

TEST(Safetensors, EveryCutOfAFileIsRefused) {
  const std::vector<NamedTensor> tensors{{"a", Tensor(Shape{3})}, {"b", Tensor()}};
  const std::string file = write_safetensors(tensors);
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(read_safetensors(file.substr(0, size)).ok()) << size;
  }
}

}  // namespace
}  // namespace steplab
