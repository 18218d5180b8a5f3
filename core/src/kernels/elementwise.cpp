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
  with_operand(a, out.size(), [&](auto left) {
    with_operand(b, out.size(),
                 [&](auto right) { map(out.size(), out.data(), operation, left, right); });
  });
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
