// SPDX-License-Identifier: MIT
#include "steplab/kernels/derivatives.hpp"

#include "kernels/transcendental.hpp"

namespace steplab::kernels {
namespace {

template <class Operation>
void contribute(Into into, std::span<float> out, Operation operation, std::span<const float> grad) {
  with_operand(grad, out.size(),
               [&](auto g) { map_into(into, out.size(), out.data(), operation, g); });
}

// Vectors where every operand has as many elements as the result, else one lane at a time: a vector
// loop for every mixture would be most of what a page loads of this file.
template <class Operation, class... Spans>
void contribute_several(Into into, std::span<float> out, Operation operation, Spans... operands) {
  const std::size_t size = out.size();
  if (((operands.size() == size) && ...)) {
    return map_into(into, size, out.data(), operation, Array{operands.data()}...);
  }
  for (std::size_t i = 0; i < size; ++i) {
    const auto term = operation(One(), Strided(operands, size).at(One(), i)...);
    const bool adds = into == Into::kAdd;
    hn::StoreU(adds ? hn::Add(hn::LoadU(One(), &out[i]), term) : term, One(), &out[i]);
  }
}

template <class Operation>
void contribute(Into into, std::span<float> out, Operation operation, std::span<const float> grad,
                std::span<const float> saved) {
  contribute_several(into, out, operation, grad, saved);
}

template <class Operation>
void contribute(Into into, std::span<float> out, Operation operation, std::span<const float> grad,
                std::span<const float> first, std::span<const float> second) {
  contribute_several(into, out, operation, grad, first, second);
}

}  // namespace

void accumulate(Into into, std::span<const float> grad, std::span<float> out) {
  contribute(
      into, out, [](auto, auto g) { return g; }, grad);
}

void accumulate_negated(Into into, std::span<const float> grad, std::span<float> out) {
  contribute(
      into, out, [](auto, auto g) { return hn::Neg(g); }, grad);
}

void accumulate_product(Into into, std::span<const float> grad, std::span<const float> other,
                        std::span<float> out) {
  contribute(
      into, out, [](auto, auto g, auto v) { return hn::Mul(g, v); }, grad, other);
}

void accumulate_quotient(Into into, std::span<const float> grad, std::span<const float> other,
                         std::span<float> out) {
  contribute(
      into, out, [](auto, auto g, auto v) { return hn::Div(g, v); }, grad, other);
}

void divisor_gradient(Into into, std::span<const float> grad, std::span<const float> a,
                      std::span<const float> b, std::span<float> out) {
  const auto operation = [](auto, auto g, auto x, auto y) {
    return hn::Mul(hn::Neg(g), hn::Div(hn::Div(x, y), y));
  };
  contribute(into, out, operation, grad, a, b);
}

void reciprocal_gradient(Into into, std::span<const float> grad, std::span<const float> a,
                         std::span<const float> reciprocal, std::span<float> out) {
  const auto operation = [](auto, auto g, auto x, auto r) {
    return hn::Mul(hn::Neg(hn::Mul(g, x)), hn::Mul(r, r));
  };
  contribute(into, out, operation, grad, a, reciprocal);
}

void sin_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out) {
  contribute(
      into, out, [](auto d, auto g, auto v) { return hn::Mul(g, cos_of(d, v)); }, grad, x);
}

void cos_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out) {
  contribute(
      into, out, [](auto d, auto g, auto v) { return hn::Mul(g, hn::Neg(sin_of(d, v))); }, grad, x);
}

void tan_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                  std::span<float> out) {
  const auto operation = [](auto d, auto g, auto r) {
    return hn::Mul(g, hn::Add(hn::Set(d, 1.0F), hn::Mul(r, r)));
  };
  contribute(into, out, operation, grad, result);
}

void tanh_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out) {
  const auto operation = [](auto d, auto g, auto r) {
    return hn::Mul(g, hn::Sub(hn::Set(d, 1.0F), hn::Mul(r, r)));
  };
  contribute(into, out, operation, grad, result);
}

void sqrt_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out) {
  contribute(
      into, out, [](auto, auto g, auto r) { return hn::Div(g, hn::Add(r, r)); }, grad, result);
}

void abs_gradient(Into into, std::span<const float> grad, std::span<const float> x,
                  std::span<float> out) {
  const auto operation = [](auto d, auto g, auto v) {
    const auto zero = hn::Zero(d);
    const auto one = hn::Set(d, 1.0F);
    const auto sign =
        hn::Sub(hn::IfThenElseZero(hn::Gt(v, zero), one), hn::IfThenElseZero(hn::Lt(v, zero), one));
    return hn::Mul(g, sign);
  };
  contribute(into, out, operation, grad, x);
}

void relu_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                   std::span<float> out) {
  const auto operation = [](auto d, auto g, auto r) {
    return hn::IfThenZeroElse(hn::Le(r, hn::Zero(d)), g);
  };
  contribute(into, out, operation, grad, result);
}

void sigmoid_gradient(Into into, std::span<const float> grad, std::span<const float> result,
                      std::span<float> out) {
  const auto operation = [](auto d, auto g, auto r) {
    return hn::Mul(hn::Mul(g, hn::Sub(hn::Set(d, 1.0F), r)), r);
  };
  contribute(into, out, operation, grad, result);
}

void difference_gradient(Into into, std::span<const float> grad, float scale,
                         std::span<const float> a, std::span<const float> b, std::span<float> out) {
  const auto operation = [scale](auto d, auto g, auto x, auto y) {
    return hn::Mul(hn::Mul(hn::Set(d, scale), hn::Sub(x, y)), g);
  };
  contribute(into, out, operation, grad, a, b);
}

}  // namespace steplab::kernels
