// SPDX-License-Identifier: MIT
#pragma once

#include "kernels/lanes.hpp"
// after lanes.hpp, which selects static dispatch
#include <hwy/contrib/math/math-inl.h>

#include <cmath>
#include <limits>

#include "steplab/base/exact_math.hpp"

// Highway's functions of float vectors, mended where 1.0.3 is wrong: exp and tanh of NaN, exp
// beyond 104, log of 0, negative numbers and infinity, sin of -0, sin and cos beyond 39000.

namespace steplab::kernels {

template <class D, class V>
HWY_INLINE V keep_nan(D, V x, V value) {
  return hn::IfThenElse(hn::Eq(x, x), value, x);
}

template <class D, class V>
HWY_INLINE V exp_of(D d, V x) {
  const V limit = hn::Set(d, 104.0F);  // e^104 is infinite in float32
  const V bounded = hn::IfThenElse(hn::Gt(x, limit), limit, x);
  return keep_nan(d, x, hn::Exp(d, bounded));
}

template <class D, class V>
HWY_INLINE V log_of(D d, V x) {
  const V zero = hn::Zero(d);
  const V infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  const V nan = hn::Set(d, std::numeric_limits<float>::quiet_NaN());
  const V not_positive = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), nan);
  const V finite = hn::IfThenElse(hn::Gt(x, zero), hn::Log(d, x), not_positive);
  return hn::IfThenElse(hn::Eq(x, infinity), x, finite);
}

template <class D, class V>
HWY_INLINE V tanh_of(D d, V x) {
  return keep_nan(d, x, hn::Tanh(d, x));
}

/// An angle for the scalar functions of exact_math, which end at 1e6. fmod is exact, hence the same
/// everywhere.
inline double bounded_angle(float x) {
  const double angle = x;
  return std::fabs(angle) <= 1e6 ? angle : std::fmod(angle, 2.0 * kPi);
}

/// Mends the lanes beyond the range in which Highway reduces an angle.
template <class D, class V, class Exact>
HWY_INLINE V mend_large_angles(D d, V x, V value, Exact exact) {
  const auto in_range = hn::Le(hn::Abs(x), hn::Set(d, 39000.0F));
  if (HWY_LIKELY(hn::AllTrue(d, in_range))) return value;
  float angles[kLanes];
  float values[kLanes];
  hn::StoreU(x, d, angles);
  hn::StoreU(value, d, values);
  for (std::size_t lane = 0; lane < hn::Lanes(d); ++lane) {
    if (std::fabs(angles[lane]) <= 39000.0F) continue;
    values[lane] = std::isfinite(angles[lane])
                       ? static_cast<float>(exact(bounded_angle(angles[lane])))
                       : std::numeric_limits<float>::quiet_NaN();
  }
  return hn::LoadU(d, values);
}

template <class D, class V>
HWY_INLINE V sin_of(D d, V x) {
  const V sine = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, hn::Sin(d, x));
  return mend_large_angles(d, x, sine, [](double angle) { return exact_sin(angle); });
}

template <class D, class V>
HWY_INLINE V cos_of(D d, V x) {
  return mend_large_angles(d, x, hn::Cos(d, x), [](double angle) { return exact_cos(angle); });
}

template <class D, class V>
HWY_INLINE V tan_of(D d, V x) {
  return hn::Div(sin_of(d, x), cos_of(d, x));
}

template <class D, class V>
HWY_INLINE V sigmoid_of(D d, V x) {
  const V one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, exp_of(d, hn::Neg(x))));
}

}  // namespace steplab::kernels
