// SPDX-License-Identifier: MIT
#include "optim/state_table.hpp"

#include <algorithm>
#include <string>

namespace steplab {

void StateTensor::allocate(const Shape& shape) {
  shape_ = shape;
  values_.assign(element_count(shape), 0.0F);
}

void StateTensor::create_from(std::span<const float> values) {
  std::copy(values.begin(), values.end(), values_.begin());
  exists_ = true;
  is_sparse_ = false;
}

void StateTensor::create(float value) {
  std::fill(values_.begin(), values_.end(), value);
  exists_ = true;
  is_sparse_ = false;
}

void StateTensor::create_rows(RowSlices slices, float factor) {
  rows_.assign(slices, factor, values_);
  exists_ = is_sparse_ = true;
}

void StateTensorList::allocate(std::size_t capacity, const Shape& shape) {
  shape_ = shape;
  capacity_ = capacity;
  length_ = element_count(shape);
  size_ = 0;
  values_.assign(capacity * length_, 0.0F);
}

void StateTensorList::push(std::span<const float> values) {
  ++size_;
  std::copy(values.begin(), values.end(), (*this)[size_ - 1].begin());
}

void StateTensorList::pop_oldest() {
  const auto length = static_cast<std::ptrdiff_t>(length_);
  std::copy(values_.begin() + length,
            values_.begin() + static_cast<std::ptrdiff_t>(size_ * length_), values_.begin());
  --size_;
}

bool StateField::exists(const void* state) const {
  if (kind == StateKind::kTensor) return tensor(state).exists();
  if (kind == StateKind::kEither) return either(state).exists;
  return kind != StateKind::kTensorList || list(state).exists();
}

StateEntry StateField::entry(const void* state) const {
  switch (kind) {
    case StateKind::kScalar:
      return {name, static_cast<double>(scalar(state)), {}};
    case StateKind::kInteger:
      return {name, static_cast<double>(integer(state)), {}};
    case StateKind::kNumber:
      return {name, number(state), {}};
    case StateKind::kTensor:
      return {name, tensor(state).values(), tensor(state).shape()};
    case StateKind::kEither:
      return {name, either(state).value, {}};
    case StateKind::kTensorList:
      break;
  }
  const StateTensorList& tensors = list(state);
  Shape shape = {tensors.size()};
  shape.insert(shape.end(), tensors.shape().begin(), tensors.shape().end());
  return {name, tensors.values(), shape};
}

StateValue StateField::copied(const void* state) const {
  switch (kind) {
    case StateKind::kScalar:
      return Tensor(Shape{}, std::span<const float>(&scalar(state), 1));
    case StateKind::kInteger:
      return integer(state);
    case StateKind::kNumber:
      return number(state);
    case StateKind::kTensor:
      return Tensor(tensor(state).shape(), tensor(state).values());
    case StateKind::kEither: {
      if (!either(state).is_tensor) return either(state).value;
      const auto element = static_cast<float>(either(state).value);
      return Tensor(Shape{}, std::span<const float>(&element, 1));
    }
    case StateKind::kTensorList:
      break;
  }
  const StateTensorList& tensors = list(state);
  std::vector<Tensor> copies;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    copies.emplace_back(tensors.shape(),
                        tensors.values().subspan(i * tensors.length(), tensors.length()));
  }
  return copies;
}

void StateField::archive(void* state, Archive& archive) const {
  switch (kind) {
    case StateKind::kScalar:
      return archive.value(scalar(state));
    case StateKind::kInteger:
      return archive.value(integer(state));
    case StateKind::kNumber:
      return archive.value(number(state));
    case StateKind::kTensor:
      return tensor(state).archive(archive);
    case StateKind::kEither:
      return either(state).archive(archive);
    case StateKind::kTensorList:
      return list(state).archive(archive);
  }
}

bool StateField::load(void* state, const StateValue& value) const {
  // A number where a 0-dim tensor is kept, and the reverse, is what checkpoints of other versions
  // hold: PyTorch converts it.
  const auto as_number = [&]() -> std::optional<double> {
    if (const auto* integer_value = std::get_if<std::int64_t>(&value)) {
      return static_cast<double>(*integer_value);
    }
    if (const auto* number_value = std::get_if<double>(&value)) return *number_value;
    const auto* tensor_value = std::get_if<Tensor>(&value);
    if (tensor_value == nullptr || tensor_value->size() != 1) return std::nullopt;
    return static_cast<double>(tensor_value->span()[0]);
  };
  if (kind == StateKind::kTensor) {
    const auto* loaded = std::get_if<Tensor>(&value);
    if (loaded == nullptr || loaded->shape() != tensor(state).shape()) return false;
    tensor(state).create();
    std::copy(loaded->span().begin(), loaded->span().end(), tensor(state).data());
    return true;
  }
  if (kind == StateKind::kTensorList) {
    const auto* loaded = std::get_if<std::vector<Tensor>>(&value);
    if (loaded == nullptr || loaded->size() > list(state).capacity()) return false;
    list(state).create();
    list(state).clear();
    for (const Tensor& item : *loaded) {
      if (item.shape() != list(state).shape()) return false;
      list(state).push(item.span());
    }
    return true;
  }
  const std::optional<double> number_value = as_number();
  if (!number_value) return false;
  if (kind == StateKind::kScalar) scalar(state) = static_cast<float>(*number_value);
  if (kind == StateKind::kInteger) integer(state) = static_cast<std::int64_t>(*number_value);
  if (kind == StateKind::kNumber) number(state) = *number_value;
  if (kind == StateKind::kEither) {
    either(state) = {*number_value, std::holds_alternative<Tensor>(value), true};
  }
  return true;
}

Status require(const StateTensor& tensor, std::string_view name) {
  if (tensor.exists()) return {};
  return Error{ErrorCode::kInvalidHyperParameter, "", "KeyError: '" + std::string(name) + "'"};
}

}  // namespace steplab
