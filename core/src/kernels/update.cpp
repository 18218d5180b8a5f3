// SPDX-License-Identifier: MIT
#include "steplab/kernels/update.hpp"

#include <cmath>

#include "kernels/lanes.hpp"

#define STEPLAB_INLINE_BODY __attribute__((always_inline))

namespace steplab::kernels {
namespace {

// Calls body(d, i) for four elements at a time and for each of the rest. Conditions in a body are
// the same for all elements: a branch that is always predicted, and half the code of two loops.
// Bodies are STEPLAB_INLINE_BODY and capture raw pointers: compiled for size, em++ would else call
// one for every four elements, and read coefficients and spans from memory again each time.
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

// What most runs with momentum ask for is kPlain: no decay, no nesterov, not the first step. Its
// conditions are gone at compile time, which is worth a quarter of the time within a cache.
template <bool kPlain>
void momentum_pass(const MomentumCoefficients& with, std::size_t size, const float* grad,
                   float* value, float* buffer) {
  const bool starts = !kPlain && with.starts;
  const bool nesterov = !kPlain && with.nesterov;
  GradientTerms terms = with.gradient;
  if (kPlain) terms.decays = false;
  for_each_vector(size, [=, with = with](auto d, std::size_t i) STEPLAB_INLINE_BODY {
    const auto start = hn::LoadU(d, value + i);
    const auto g = penalized(d, terms, hn::LoadU(d, grad + i), start);
    auto velocity = g;
    if (!starts) {
      const auto kept = hn::Mul(hn::LoadU(d, buffer + i), hn::Set(d, with.momentum));
      velocity = axpy(d, kept, g, with.undamped);
    }
    hn::StoreU(velocity, d, buffer + i);
    const auto direction = nesterov ? axpy(d, g, velocity, with.momentum) : velocity;
    hn::StoreU(axpy(d, start, direction, with.rate), d, value + i);
  });
}

// `maximum` is null without amsgrad.
void adam_pass(const AdamCoefficients& with, std::size_t size, const float* grad, float* value,
               float* exp_avg, float* exp_avg_sq, float* maximum) {
  const Lerp lerp(with.first_weight);
  for_each_vector(size, [=, with = with](auto d, std::size_t i) STEPLAB_INLINE_BODY {
    auto start = hn::LoadU(d, value + i);
    const auto g = penalized(d, with.gradient, hn::LoadU(d, grad + i), start);
    if (with.shrinks) start = hn::Mul(start, hn::Set(d, with.keep));

    const auto mean = lerp(d, hn::LoadU(d, exp_avg + i), g);
    hn::StoreU(mean, d, exp_avg + i);

    const auto kept = hn::Mul(hn::LoadU(d, exp_avg_sq + i), hn::Set(d, with.second_decay));
    auto square = hn::Add(kept, hn::Mul(hn::Mul(hn::Set(d, with.second_weight), g), g));
    hn::StoreU(square, d, exp_avg_sq + i);
    if (maximum != nullptr) {
      const auto largest = hn::LoadU(d, maximum + i);
      square = hn::IfThenElse(hn::Lt(square, largest), largest, square);
      hn::StoreU(square, d, maximum + i);
    }

    const auto root = hn::Div(hn::Sqrt(square), hn::Set(d, with.root_correction));
    const auto denominator = hn::Add(root, hn::Set(d, with.eps));
    const auto step = hn::Div(hn::Mul(hn::Set(d, with.step_size), mean), denominator);
    hn::StoreU(hn::Add(start, step), d, value + i);
  });
}

}  // namespace

void sgd_update(const SgdCoefficients& with, std::span<const float> grad, std::span<float> value) {
  const float* const gradient = grad.data();
  float* const updated = value.data();
  for_each_vector(value.size(), [=, with = with](auto d, std::size_t i) STEPLAB_INLINE_BODY {
    const auto start = hn::LoadU(d, updated + i);
    const auto g = penalized(d, with.gradient, hn::LoadU(d, gradient + i), start);
    hn::StoreU(axpy(d, start, g, with.rate), d, updated + i);
  });
}

void momentum_update(const MomentumCoefficients& with, std::span<const float> grad,
                     std::span<float> value, std::span<float> buffer) {
  const bool plain = !with.gradient.decays && !with.starts && !with.nesterov;
  const auto pass = plain ? momentum_pass<true> : momentum_pass<false>;
  pass(with, value.size(), grad.data(), value.data(), buffer.data());
}

void adam_update(const AdamCoefficients& with, std::span<const float> grad, std::span<float> value,
                 std::span<float> exp_avg, std::span<float> exp_avg_sq,
                 std::span<float> max_exp_avg_sq) {
  adam_pass(with, value.size(), grad.data(), value.data(), exp_avg.data(), exp_avg_sq.data(),
            max_exp_avg_sq.empty() ? nullptr : max_exp_avg_sq.data());
}

}  // namespace steplab::kernels
