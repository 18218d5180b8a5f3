// SPDX-License-Identifier: MIT
#include "steplab/kernels/elementwise.hpp"

#include "kernels/lanes.hpp"

namespace steplab::kernels {
namespace {

template <class Operation>
void unary(std::span<const float> x, std::span<float> out, Operation operation) {
  map(out.size(), out.data(), operation, Array{x.data()});
}

template <class Operation>
void binary(std::span<const float> a, std::span<const float> b, std::span<float> out,
            Operation operation) {
  const std::size_t size = out.size();
  if (a.size() == size && b.size() == size) {
    return map(size, out.data(), operation, Array{a.data()}, Array{b.data()});
  }
  const Strided left(a, size);
  const Strided right(b, size);
  for (std::size_t i = 0; i < size; ++i) {
    hn::StoreU(operation(One(), left.at(One(), i), right.at(One(), i)), One(), &out[i]);
  }
}

}  // namespace

void negate(std::span<const float> x, std::span<float> out) {
  unary(x, out, [](auto, auto v) { return hn::Neg(v); });
}

void abs(std::span<const float> x, std::span<float> out) {
  unary(x, out, [](auto, auto v) { return hn::Abs(v); });
}

// Not IfThenZeroElse: clang 14 makes f32x4.pmax of it, which turns -0 into +0.
void relu(std::span<const float> x, std::span<float> out) {
  unary(x, out, [](auto d, auto v) {
    const auto zero = hn::Zero(d);
    return hn::IfThenElse(hn::Lt(v, zero), zero, v);
  });
}

void sqrt(std::span<const float> x, std::span<float> out) {
  unary(x, out, [](auto, auto v) { return hn::Sqrt(v); });
}

void add(std::span<const float> a, std::span<const float> b, std::span<float> out) {
  binary(a, b, out, [](auto, auto x, auto y) { return hn::Add(x, y); });
}

void subtract(std::span<const float> a, std::span<const float> b, std::span<float> out) {
  binary(a, b, out, [](auto, auto x, auto y) { return hn::Sub(x, y); });
}

void multiply(std::span<const float> a, std::span<const float> b, std::span<float> out) {
  binary(a, b, out, [](auto, auto x, auto y) { return hn::Mul(x, y); });
}

void divide(std::span<const float> a, std::span<const float> b, std::span<float> out) {
  binary(a, b, out, [](auto, auto x, auto y) { return hn::Div(x, y); });
}

}  // namespace steplab::kernels
