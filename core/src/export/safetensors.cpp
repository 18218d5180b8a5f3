// SPDX-License-Identifier: MIT
#include "steplab/export/safetensors.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

namespace steplab {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;
constexpr std::string_view kMetadata = "__metadata__";

Error broken(std::string message) {
  return {ErrorCode::kInvalidArgument, "", "not safetensors: " + std::move(message)};
}

Error broken(const std::string& tensor, const std::string& message) {
  return broken("tensor \"" + tensor + "\" " + message);
}

std::string quoted(const rapidjson::Value& value) {
  return value.IsString() ? "\"" + std::string(value.GetString(), value.GetStringLength()) + "\""
                          : "no text";
}

// One entry of the header: a tensor and where its bytes lie.
struct Placed {
  NamedTensor tensor;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The sizes, or nullopt where one is none below 2^32: wasm has 32 bits.
std::optional<std::vector<std::size_t>> sizes_of(const rapidjson::Value& entry, const char* key) {
  const auto found = entry.FindMember(key);
  if (found == entry.MemberEnd() || !found->value.IsArray()) return std::nullopt;
  std::vector<std::size_t> sizes;
  for (const rapidjson::Value& size : found->value.GetArray()) {
    if (!size.IsUint()) return std::nullopt;
    sizes.push_back(size.GetUint());
  }
  return sizes;
}

// Whether float32s of that shape take so many bytes; sizes multiply without overflow.
bool fits(const Shape& shape, std::size_t bytes) {
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end()) return bytes == 0;
  std::size_t left = bytes / sizeof(float);
  for (const std::size_t size : shape) {
    if (left % size != 0) return false;
    left /= size;
  }
  return left == 1 && bytes % sizeof(float) == 0;
}

Result<Placed> read_entry(const std::string& name, const rapidjson::Value& entry,
                          std::string_view data) {
  if (!entry.IsObject()) return broken(name, "is described by no object");
  const auto dtype = entry.FindMember("dtype");
  if (dtype == entry.MemberEnd()) return broken(name, "has no dtype");
  if (!dtype->value.IsString() || std::string_view(dtype->value.GetString()) != "F32") {
    return broken(name, "has the dtype " + quoted(dtype->value) + "; only \"F32\" is read");
  }
  const auto shape = sizes_of(entry, "shape");
  if (!shape) return broken(name, "has no shape of integers from 0 to 2^32 - 1");
  const auto offsets = sizes_of(entry, "data_offsets");
  if (!offsets || offsets->size() != 2)
    return broken(name, "has no two data_offsets from 0 to 2^32 - 1");
  const std::size_t begin = offsets->front();
  const std::size_t end = offsets->back();
  if (begin > end || end > data.size()) {
    return broken(name, "lies at bytes " + std::to_string(begin) + " to " + std::to_string(end) +
                            " of " + std::to_string(data.size()));
  }
  if (!fits(*shape, end - begin)) {
    return broken(name, "has the shape " + to_string(*shape) + ", which does not take " +
                            std::to_string(end - begin) + " bytes");
  }
  Tensor value(*shape);
  if (begin < end) std::memcpy(value.span().data(), data.data() + begin, end - begin);
  return Placed{{name, std::move(value)}, begin, end};
}

// Every byte belongs to one tensor.
Status check_places(std::vector<const Placed*> placed, std::size_t size) {
  std::sort(placed.begin(), placed.end(), [](const Placed* a, const Placed* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  std::size_t covered = 0;
  for (const Placed* tensor : placed) {
    if (tensor->begin < covered) return broken(tensor->tensor.name, "overlaps another one");
    if (tensor->begin > covered) {
      return broken(std::to_string(tensor->begin - covered) + " bytes before tensor \"" +
                    tensor->tensor.name + "\" belong to none");
    }
    covered = tensor->end;
  }
  if (covered == size) return {};
  return broken(std::to_string(size - covered) + " bytes at the end belong to no tensor");
}

}  // namespace

std::string write_safetensors(std::span<const NamedTensor> tensors) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  std::string data;
  writer.StartObject();
  for (const NamedTensor& tensor : tensors) {
    const std::span<const float> values = tensor.value.span();
    writer.Key(tensor.name.c_str());
    writer.StartObject();
    writer.Key("dtype");
    writer.String("F32");
    writer.Key("shape");
    writer.StartArray();
    for (const std::size_t size : tensor.value.shape()) writer.Uint64(size);
    writer.EndArray();
    writer.Key("data_offsets");
    writer.StartArray();
    writer.Uint64(data.size());
    writer.Uint64(data.size() + values.size_bytes());
    writer.EndArray();
    writer.EndObject();
    if (!values.empty()) {
      data.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    }
  }
  writer.EndObject();

  std::string header(buffer.GetString(), buffer.GetSize());
  header.resize((header.size() + kLengthBytes - 1) / kLengthBytes * kLengthBytes, ' ');
  const std::uint64_t length = header.size();
  std::string bytes(kLengthBytes, '\0');
  std::memcpy(bytes.data(), &length, kLengthBytes);
  return bytes + header + data;
}

Result<std::vector<NamedTensor>> read_safetensors(std::string_view bytes) {
  std::uint64_t length = 0;
  if (bytes.size() < kLengthBytes) {
    return broken("the file has " + std::to_string(bytes.size()) +
                  " bytes; it must begin with the eight of its header's length");
  }
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeader || length > bytes.size() - kLengthBytes) {
    return broken("the header has " + std::to_string(length) + " bytes; the file has " +
                  std::to_string(bytes.size() - kLengthBytes) + " after its length, and at most " +
                  std::to_string(kMaxHeader) + " are allowed");
  }
  const std::string_view text = bytes.substr(kLengthBytes, static_cast<std::size_t>(length));
  const std::string_view data = bytes.substr(kLengthBytes + text.size());
  rapidjson::Document header;
  // Iteratively: a hostile header may nest as deeply as it is long.
  header.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                                                       text.size());
  if (header.HasParseError() || !header.IsObject()) return broken("the header is no JSON object");

  std::vector<Placed> placed;
  std::set<std::string> names;
  for (const auto& entry : std::as_const(header).GetObject()) {
    std::string name(entry.name.GetString(), entry.name.GetStringLength());
    if (name == kMetadata) continue;
    Result<Placed> tensor = read_entry(name, entry.value, data);
    if (!tensor) return tensor.error();
    placed.push_back(std::move(*tensor));
    if (!names.insert(name).second) return broken(name, "is there twice");
  }
  std::vector<const Placed*> places;
  for (const Placed& tensor : placed) places.push_back(&tensor);
  if (Status checked = check_places(std::move(places), data.size()); !checked) {
    return checked.error();
  }
  std::vector<NamedTensor> tensors;
  for (Placed& tensor : placed) tensors.push_back(std::move(tensor.tensor));
  return tensors;
}

}  // namespace steplab
