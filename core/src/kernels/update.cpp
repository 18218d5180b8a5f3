// SPDX-License-Identifier: MIT
#include "steplab/kernels/update.hpp"

#include <cmath>

#include "kernels/lanes.hpp"

namespace steplab::kernels {
namespace {

// Calls body(d, i) for four elements at a time and for each of the rest. Conditions in a body are
// the same for all elements: a branch that is always predicted, and half the code of two loops.
template <class Body>
HWY_INLINE void for_each_vector(std::size_t size, Body body) {
  std::size_t i = 0;
  for (; i + kLanes <= size; i += kLanes) body(Four(), i);
  for (; i < size; ++i) body(One(), i);
}

// y + x · s
template <class D>
HWY_INLINE hn::Vec<D> axpy(D d, hn::Vec<D> y, hn::Vec<D> x, float s) {
  return hn::Add(y, hn::Mul(x, hn::Set(d, s)));
}

template <class D>
HWY_INLINE hn::Vec<D> penalized(D d, const GradientTerms& terms, hn::Vec<D> grad,
                                hn::Vec<D> value) {
  const auto ascent = hn::Mul(hn::Set(d, terms.sign), grad);
  return terms.decays ? axpy(d, ascent, value, terms.weight_decay) : ascent;
}

// PyTorch's lerp starts from the end that is nearer: a + w (b - a), or b - (b - a) (1 - w), which
// is b + (w - 1) (b - a) to the last bit.
class Lerp {
 public:
  explicit Lerp(float weight)
      : from_start_(std::fabs(weight) < 0.5F), factor_(from_start_ ? weight : -(1.0F - weight)) {}

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, hn::Vec<D> a, hn::Vec<D> b) const {
    return axpy(d, from_start_ ? a : b, hn::Sub(b, a), factor_);
  }

 private:
  bool from_start_;
  float factor_;
};

}  // namespace

void sgd_update(const SgdCoefficients& with, std::span<const float> grad, std::span<float> value) {
  for_each_vector(value.size(), [=, with = with](auto d, std::size_t i) {
    const auto start = hn::LoadU(d, value.data() + i);
    const auto g = penalized(d, with.gradient, hn::LoadU(d, grad.data() + i), start);
    hn::StoreU(axpy(d, start, g, with.rate), d, value.data() + i);
  });
}

void momentum_update(const MomentumCoefficients& with, std::span<const float> grad,
                     std::span<float> value, std::span<float> buffer) {
  for_each_vector(value.size(), [=, with = with](auto d, std::size_t i) {
    const auto start = hn::LoadU(d, value.data() + i);
    const auto g = penalized(d, with.gradient, hn::LoadU(d, grad.data() + i), start);
    auto velocity = g;
    if (!with.starts) {
      const auto kept = hn::Mul(hn::LoadU(d, buffer.data() + i), hn::Set(d, with.momentum));
      velocity = axpy(d, kept, g, with.undamped);
    }
    hn::StoreU(velocity, d, buffer.data() + i);
    const auto direction = with.nesterov ? axpy(d, g, velocity, with.momentum) : velocity;
    hn::StoreU(axpy(d, start, direction, with.rate), d, value.data() + i);
  });
}

void adam_update(const AdamCoefficients& with, std::span<const float> grad, std::span<float> value,
                 std::span<float> exp_avg, std::span<float> exp_avg_sq,
                 std::span<float> max_exp_avg_sq) {
  const Lerp lerp(with.first_weight);
  for_each_vector(value.size(), [=, with = with](auto d, std::size_t i) {
    auto start = hn::LoadU(d, value.data() + i);
    const auto g = penalized(d, with.gradient, hn::LoadU(d, grad.data() + i), start);
    if (with.shrinks) start = hn::Mul(start, hn::Set(d, with.keep));

    const auto mean = lerp(d, hn::LoadU(d, exp_avg.data() + i), g);
    hn::StoreU(mean, d, exp_avg.data() + i);

    const auto kept = hn::Mul(hn::LoadU(d, exp_avg_sq.data() + i), hn::Set(d, with.second_decay));
    auto square = hn::Add(kept, hn::Mul(hn::Mul(hn::Set(d, with.second_weight), g), g));
    hn::StoreU(square, d, exp_avg_sq.data() + i);
    if (!max_exp_avg_sq.empty()) {
      const auto maximum = hn::LoadU(d, max_exp_avg_sq.data() + i);
      square = hn::IfThenElse(hn::Lt(square, maximum), maximum, square);
      hn::StoreU(square, d, max_exp_avg_sq.data() + i);
    }

    const auto root = hn::Div(hn::Sqrt(square), hn::Set(d, with.root_correction));
    const auto denominator = hn::Add(root, hn::Set(d, with.eps));
    const auto step = hn::Div(hn::Mul(hn::Set(d, with.step_size), mean), denominator);
    hn::StoreU(hn::Add(start, step), d, value.data() + i);
  });
}

}  // namespace steplab::kernels
