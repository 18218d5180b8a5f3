// SPDX-License-Identifier: MIT
#pragma once

// The one door to Highway: static dispatch, four floats at a time on every platform.
#define HWY_COMPILE_ONLY_STATIC 1
#include <hwy/highway.h>

#include <cstddef>
#include <span>

#include "steplab/kernels/into.hpp"

namespace steplab::kernels {

namespace hn = hwy::HWY_NAMESPACE;

using Four = hn::FixedTag<float, 4>;
using One = hn::FixedTag<float, 1>;
inline constexpr std::size_t kLanes = 4;

/// An operand that is read element by element.
struct Array {
  const float* data;
  template <class D>
  HWY_INLINE hn::Vec<D> at(D d, std::size_t i) const {
    return hn::LoadU(d, data + i);
  }
};

/// A single number that stands for all elements.
struct Repeated {
  float value;
  template <class D>
  HWY_INLINE hn::Vec<D> at(D d, std::size_t) const {
    return hn::Set(d, value);
  }
};

/// An operand of which a single number may stand for all elements, read one lane at a time.
struct Strided {
  Strided(std::span<const float> values, std::size_t size)
      : data(values.data()), stride(values.size() == size ? 1 : 0) {}
  HWY_INLINE hn::Vec<One> at(One d, std::size_t i) const { return hn::LoadU(d, data + i * stride); }
  const float* data;
  std::size_t stride;
};

/// out[i] = operation(d, operands[i] …) for all i < size. The rest after the last full vector goes
/// through the same operation in one-lane vectors, so that position does not change bits.
template <class Operation, class... Operands>
HWY_INLINE void map(std::size_t size, float* out, Operation operation, Operands... operands) {
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    hn::StoreU(operation(Four(), operands.at(Four(), i)...), Four(), out + i);
  }
  for (; i < size; ++i) {
    hn::StoreU(operation(One(), operands.at(One(), i)...), One(), out + i);
  }
}

/// As map, replacing or adding.
template <class Operation, class... Operands>
HWY_INLINE void map_into(Into into, std::size_t size, float* out, Operation operation,
                         Operands... operands) {
  if (into == Into::kReplace) {
    map(size, out, operation, operands...);
  } else {
    const auto add = [operation](auto d, auto old, auto... values) {
      return hn::Add(old, operation(d, values...));
    };
    map(size, out, add, Array{out}, operands...);
  }
}

/// Calls body with the values as an Array, or as Repeated when a single one stands for `size`.
template <class Body>
HWY_INLINE void with_operand(std::span<const float> values, std::size_t size, Body body) {
  if (values.size() == size) {
    body(Array{values.data()});
  } else {
    body(Repeated{values[0]});
  }
}

}  // namespace steplab::kernels
