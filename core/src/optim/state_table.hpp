// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "steplab/base/archive.hpp"
#include "steplab/base/error.hpp"
#include "steplab/optim/optimizer.hpp"

namespace steplab {

/// A float32 tensor of optimizer state. Its memory is there from the moment the parameter is added;
/// the state_dict entry exists from create() on.
class StateTensor {
 public:
  void allocate(std::size_t size) { values_.assign(size, 0.0F); }

  /// Makes the entry exist, filled with `value`.
  void create(float value = 0.0F) {
    values_.assign(values_.size(), value);
    exists_ = true;
  }
  bool exists() const { return exists_; }

  float* data() { return values_.data(); }
  std::span<const float> values() const { return values_; }

  void archive(Archive& archive) {
    archive.value(exists_);
    archive.values(std::span<float>(values_));
  }

 private:
  std::vector<float> values_;
  bool exists_ = false;
};

/// An entry of a parameter's state: its state_dict key and the member of `State` that holds it.
/// Scalars are float32, as PyTorch's 0-dim tensors are: a `step` sticks at 2^24.
template <class State>
struct StateField {
  std::string_view name;
  std::variant<float State::*, StateTensor State::*> member;
  std::string_view doc;
};

/// What PyTorch raises where a hyper-parameter that needs `tensor` was turned on after the state
/// had been created without it.
inline Status require(const StateTensor& tensor, std::string_view name) {
  if (tensor.exists()) return {};
  return Error{ErrorCode::kInvalidHyperParameter, "", "KeyError: '" + std::string(name) + "'"};
}

}  // namespace steplab
