// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/base/sparse_rows.hpp"
#include "steplab/base/tensor.hpp"
#include "steplab/base/text.hpp"
#include "steplab/optim/optimizer.hpp"
#include "steplab/optim/state_dict.hpp"

namespace steplab {

/// A float32 tensor of optimizer state. Its memory is there from the moment the parameter is added;
/// the state_dict entry exists from create() on. It may be row-sparse, as a momentum_buffer of
/// sparse gradients is; its values are then what it sums to, and a state_dict has those.
class StateTensor {
 public:
  void allocate(const Shape& shape);
  /// Room for it as a row-sparse tensor.
  void allocate_rows(std::size_t capacity) { rows_.allocate(shape_, capacity); }

  /// Makes the entry exist as a copy of a parameter's values.
  void create_from(std::span<const float> values);
  /// Makes the entry exist, filled with `value`.
  void create(float value = 0.0F);
  /// Makes the entry exist as factor · slices.
  void create_rows(RowSlices slices, float factor);
  bool exists() const { return exists_; }
  bool is_sparse() const { return is_sparse_; }

  /// Of a row-sparse one: its slices, `mul_(factor)` and `add_(slices, alpha=factor)`.
  RowSlices slices() const { return rows_.slices(); }
  void scale_rows(float factor) { rows_.scale(factor, values_); }
  void add_rows(RowSlices slices, float factor) { rows_.add(slices, factor, values_); }

  float* data() { return values_.data(); }
  std::size_t size() const { return values_.size(); }
  std::span<float> span() { return values_; }
  std::span<const float> values() const { return values_; }
  const Shape& shape() const { return shape_; }

  void archive(Archive& archive) {
    archive.value(exists_);
    archive.value(is_sparse_);
    archive.values(std::span<float>(values_));
    rows_.archive(archive);
  }

 private:
  Shape shape_;
  std::vector<float> values_;
  SparseRows rows_;
  bool exists_ = false;
  bool is_sparse_ = false;
};

/// A number that PyTorch keeps as a Python float or as a 0-dim tensor, whichever its arithmetic
/// gave, once it is there: LBFGS's step length.
struct StateNumber {
  double value = 0.0;
  bool is_tensor = false;
  bool exists = false;

  void archive(Archive& archive) {
    archive.value(value);
    archive.value(is_tensor);
    archive.value(exists);
  }
};

/// A list of tensors of one shape with room for a fixed number: LBFGS's history. Oldest first. Its
/// memory is there from the moment the parameter is added; the state_dict entry exists from
/// create() on.
class StateTensorList {
 public:
  /// Room for `capacity` tensors.
  void allocate(std::size_t capacity, const Shape& shape);

  /// Makes the entry exist.
  void create() { exists_ = true; }
  bool exists() const { return exists_; }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::size_t length() const { return length_; }
  const Shape& shape() const { return shape_; }
  std::span<float> operator[](std::size_t index) {
    return std::span<float>(values_).subspan(index * length_, length_);
  }
  /// All of them, one after the other: [size, length].
  std::span<const float> values() const {
    return std::span<const float>(values_).first(size_ * length_);
  }

  /// Appends a copy; only below the capacity.
  void push(std::span<const float> values);
  /// Drops the oldest.
  void pop_oldest();
  void clear() { size_ = 0; }

  void archive(Archive& archive) {
    archive.value(exists_);
    archive.value(size_);
    // Another one only where a state_dict of another history_size was loaded in between.
    archive.value(capacity_);
    values_.resize(capacity_ * length_);
    archive.values(std::span<float>(values_));
  }

 private:
  Shape shape_;
  std::vector<float> values_;
  std::size_t capacity_ = 0;
  std::size_t length_ = 0;
  std::size_t size_ = 0;
  bool exists_ = false;
};

/// What a state member is: PyTorch's 0-dim float32 tensor (`step`, which sticks at 2^24), a Python
/// integer, a Python float, a tensor, a number of either kind, a list of tensors.
enum class StateKind : std::uint8_t { kScalar, kInteger, kNumber, kTensor, kEither, kTensorList };

template <class Member>
inline constexpr StateKind kStateKind = StateKind::kTensor;
template <>
inline constexpr StateKind kStateKind<float> = StateKind::kScalar;
template <>
inline constexpr StateKind kStateKind<std::int64_t> = StateKind::kInteger;
template <>
inline constexpr StateKind kStateKind<double> = StateKind::kNumber;
template <>
inline constexpr StateKind kStateKind<StateNumber> = StateKind::kEither;
template <>
inline constexpr StateKind kStateKind<StateTensorList> = StateKind::kTensorList;

/// An entry of a parameter's state: its state_dict key, the member of `State` that holds it (see
/// STEPLAB_STATE), its symbol in the formula and one line of doc.
struct StateField {
  std::string_view name;
  StateKind kind;
  std::size_t offset;
  std::string_view symbol;
  std::string_view doc;

  const float& scalar(const void* state) const { return at<float>(state); }
  const std::int64_t& integer(const void* state) const { return at<std::int64_t>(state); }
  const double& number(const void* state) const { return at<double>(state); }
  const StateTensor& tensor(const void* state) const { return at<StateTensor>(state); }
  const StateNumber& either(const void* state) const { return at<StateNumber>(state); }
  const StateTensorList& list(const void* state) const { return at<StateTensorList>(state); }
  float& scalar(void* state) const { return at<float>(state); }
  std::int64_t& integer(void* state) const { return at<std::int64_t>(state); }
  double& number(void* state) const { return at<double>(state); }
  StateTensor& tensor(void* state) const { return at<StateTensor>(state); }
  StateNumber& either(void* state) const { return at<StateNumber>(state); }
  StateTensorList& list(void* state) const { return at<StateTensorList>(state); }

  /// Whether state_dict has it at this moment.
  bool exists(const void* state) const;
  StateEntry entry(const void* state) const;
  StateValue copied(const void* state) const;
  void archive(void* state, Archive& archive) const;
  /// Takes over a loaded value. False where its kind or size is another one's.
  bool load(void* state, const StateValue& value) const;

 private:
  template <class T>
  const T& at(const void* state) const {
    return *reinterpret_cast<const T*>(static_cast<const std::byte*>(state) + offset);
  }
  template <class T>
  T& at(void* state) const {
    return *reinterpret_cast<T*>(static_cast<std::byte*>(state) + offset);
  }
};

/// The first three members of a StateField, for a member of the struct `State` in scope.
#define STEPLAB_STATE(member) \
#member, kStateKind < decltype(State::member)>, offsetof(State, member)

/// What PyTorch raises where state that a step needs does not exist: a hyper-parameter was turned
/// on after the state had been created without it.
Status require(const StateTensor& tensor, std::string_view name);

}  // namespace steplab
