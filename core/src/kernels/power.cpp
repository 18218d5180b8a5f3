// SPDX-License-Identifier: MIT
#include "steplab/kernels/power.hpp"

#include <cmath>
#include <limits>

#include "kernels/transcendental.hpp"

namespace steplab::kernels {
namespace {

constexpr double kLog2 = 0x1.62e42fefa39efp-1;

// Natural logarithm of a positive float, to about the last bit of a double:
// log m = 2 atanh((m - 1)/(m + 1)).
double log_of_double(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752440) {
    mantissa *= 2.0;
    --exponent;
  }
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  double series = 0.0;
  for (int odd = 21; odd >= 1; odd -= 2) series = series * s * s + 1.0 / odd;
  return exponent * kLog2 + 2.0 * s * series;
}

// e to the x, infinite or 0 where a float32 is.
double exp_of_double(double x) {
  if (x > 100.0) return std::numeric_limits<double>::infinity();
  if (x < -110.0) return 0.0;
  const double exponent = std::floor(x / kLog2 + 0.5);
  const double rest = x - exponent * kLog2;
  double sum = 1.0;
  for (int term = 13; term >= 1; --term) sum = 1.0 + sum * rest / term;
  return std::ldexp(sum, static_cast<int>(exponent));
}

double integer_power(double base, unsigned exponent) {
  double result = 1.0;
  for (double square = base; exponent != 0; exponent >>= 1U, square *= square) {
    if ((exponent & 1U) != 0) result *= square;
  }
  return result;
}

// |base| to an exponent that is no small integer; neither is NaN, the base is not 1.
double magnitude_power(double base, double exponent) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (std::isinf(exponent)) {
    if (base == 1.0) return 1.0;
    return (base > 1.0) == (exponent > 0.0) ? kInfinity : 0.0;
  }
  if (base == 0.0 || std::isinf(base)) return (base == 0.0) == (exponent > 0.0) ? 0.0 : kInfinity;
  return exp_of_double(exponent * log_of_double(base));
}

bool is_integer(double x) { return std::floor(x) == x; }

// Element i, or the single one that stands for all.
float element(std::span<const float> values, std::size_t i) {
  return values[values.size() == 1 ? 0 : i];
}

void store(Into into, float value, float& out) { out = into == Into::kAdd ? out + value : value; }

// Calls body with the vector function of an exponent that has a shortcut; false for all others.
template <class Body>
bool with_shortcut(float exponent, Body body) {
  if (exponent == 1.0F) {
    body([](auto, auto x) { return x; });
  } else if (exponent == 2.0F) {
    body([](auto, auto x) { return hn::Mul(x, x); });
  } else if (exponent == 3.0F) {
    body([](auto, auto x) { return hn::Mul(hn::Mul(x, x), x); });
  } else if (exponent == 0.5F) {
    body([](auto, auto x) { return hn::Sqrt(x); });
  } else {
    return false;
  }
  return true;
}

}  // namespace

float power(float base, float exponent) {
  if (exponent == 2.0F) return base * base;
  if (exponent == 1.0F) return base;
  if (exponent == 3.0F) return base * base * base;
  if (exponent == 0.5F) return std::sqrt(base);
  if (exponent == 0.0F || base == 1.0F) return 1.0F;
  if (std::isnan(base) || std::isnan(exponent)) return std::numeric_limits<float>::quiet_NaN();

  // Beyond this the error of repeated multiplication would reach float32.
  constexpr float kLargestMultiplied = 65536.0F;
  if (is_integer(exponent) && std::fabs(exponent) <= kLargestMultiplied) {
    const double positive = integer_power(base, static_cast<unsigned>(std::fabs(exponent)));
    return static_cast<float>(exponent > 0.0F ? positive : 1.0 / positive);
  }
  if (base < 0.0F && !std::isinf(base) && !is_integer(exponent)) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  const double magnitude = magnitude_power(std::fabs(base), exponent);
  const bool is_odd = is_integer(exponent) && !is_integer(exponent / 2.0);
  return static_cast<float>(std::signbit(base) && is_odd ? -magnitude : magnitude);
}

void power(std::span<const float> base, std::span<const float> exponent, std::span<float> out) {
  const auto whole = [&](auto vector_power) {
    map(out.size(), out.data(), vector_power, Array{base.data()});
  };
  if (exponent.size() == 1 && base.size() == out.size() && with_shortcut(exponent[0], whole))
    return;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = power(element(base, i), element(exponent, i));
  }
}

void power_base_gradient(Into into, std::span<const float> grad, std::span<const float> base,
                         std::span<const float> exponent, std::span<float> out) {
  const auto whole = [&](auto vector_power) {
    const auto operation = [vector_power, e = exponent[0]](auto d, auto g, auto x) {
      return hn::Mul(g, hn::Mul(hn::Set(d, e), vector_power(d, x)));
    };
    with_operand(grad, out.size(), [&](auto g) {
      map_into(into, out.size(), out.data(), operation, g, Array{base.data()});
    });
  };
  if (exponent.size() == 1 && base.size() == out.size() &&
      with_shortcut(exponent[0] - 1.0F, whole)) {
    return;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float e = element(exponent, i);
    const float derivative = e * power(element(base, i), e - 1.0F);
    store(into, e == 0.0F ? 0.0F : element(grad, i) * derivative, out[i]);
  }
}

void power_exponent_gradient(Into into, std::span<const float> grad, std::span<const float> base,
                             std::span<const float> exponent, std::span<const float> result,
                             std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float b = element(base, i);
    const float derivative =
        b == 0.0F && element(exponent, i) >= 0.0F
            ? 0.0F
            : element(result, i) * hn::GetLane(log_of(One(), hn::Set(One(), b)));
    store(into, element(grad, i) * derivative, out[i]);
  }
}

}  // namespace steplab::kernels
