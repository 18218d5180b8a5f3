// SPDX-License-Identifier: MIT
#include "steplab/base/exact_math.hpp"

#include <cmath>
#include <limits>

namespace steplab {
namespace {

// An unevaluated sum high + low with |low| ≤ ulp(high)/2.
struct DoubleDouble {
  double high = 0.0;
  double low = 0.0;
};

// Knuth's two-sum: the rounding error of an addition is a double.
DoubleDouble two_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// Dekker's product: the rounding error of a multiplication, without a fused multiply-add, which
// WebAssembly lacks.
DoubleDouble two_product(double a, double b) {
  constexpr double kSplitter = 134217729.0;  // 2^27 + 1
  const double a_scaled = kSplitter * a;
  const double a_high = a_scaled - (a_scaled - a);
  const double a_low = a - a_high;
  const double b_scaled = kSplitter * b;
  const double b_high = b_scaled - (b_scaled - b);
  const double b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

DoubleDouble add(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = two_sum(a.high, b.high);
  const DoubleDouble low = two_sum(a.low, b.low);
  const DoubleDouble partial = two_sum(high.high, high.low + low.high);
  return two_sum(partial.high, partial.low + low.low);
}

DoubleDouble negate(DoubleDouble a) { return {-a.high, -a.low}; }

DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = two_product(a.high, b.high);
  return two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

DoubleDouble divide(DoubleDouble a, double b) {
  const double quotient = a.high / b;
  const DoubleDouble rest = add(a, negate(two_product(quotient, b)));
  return two_sum(quotient, rest.high / b);
}

DoubleDouble divide(DoubleDouble a, DoubleDouble b) {
  const double quotient = a.high / b.high;
  const DoubleDouble rest = add(a, negate(multiply(b, {quotient, 0.0})));
  return two_sum(quotient, rest.high / b.high);
}

double rounded(DoubleDouble a) { return a.high + a.low; }

constexpr DoubleDouble kLog2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// π/2 to 159 bits, so that the cosine of the double nearest to π/2 keeps its relative precision.
constexpr double kHalfPi[3] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54,
                               -0x1.f1976b7ed8fbcp-110};

DoubleDouble exp_of(DoubleDouble x) {
  constexpr double kOverflow = 710.0;
  constexpr double kUnderflow = -746.0;
  if (x.high > kOverflow) return {std::numeric_limits<double>::infinity(), 0.0};
  if (x.high < kUnderflow) return {0.0, 0.0};
  const double exponent = std::floor(x.high / kLog2.high + 0.5);
  DoubleDouble rest = add(x, negate(multiply(kLog2, {exponent, 0.0})));
  // |rest| ≤ 0.35; divided by 2^8 the series needs 12 terms, then eight squarings.
  constexpr int kHalvings = 8;
  rest = {std::ldexp(rest.high, -kHalvings), std::ldexp(rest.low, -kHalvings)};
  DoubleDouble sum{1.0, 0.0};
  for (int term = 12; term >= 1; --term) {
    sum = add({1.0, 0.0}, divide(multiply(rest, sum), term));
  }
  for (int i = 0; i < kHalvings; ++i) sum = multiply(sum, sum);
  const int shift = static_cast<int>(exponent);
  return {std::ldexp(sum.high, shift), std::ldexp(sum.low, shift)};
}

DoubleDouble log_of(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752440) {
    mantissa *= 2.0;
    --exponent;
  }
  // log m = 2 atanh((m − 1)/(m + 1)) to double precision, then one Newton step on exp.
  const double s = (mantissa - 1.0) / (mantissa + 1.0);
  double series = 0.0;
  for (int odd = 27; odd >= 1; odd -= 2) series = series * s * s + 1.0 / odd;
  const double guess = 2.0 * s * series;
  const DoubleDouble ratio = multiply({mantissa, 0.0}, exp_of({-guess, 0.0}));
  const DoubleDouble logarithm = add({guess, 0.0}, add(ratio, {-1.0, 0.0}));
  return add(logarithm, multiply(kLog2, {static_cast<double>(exponent), 0.0}));
}

DoubleDouble powi_of(double base, std::uint64_t exponent) {
  DoubleDouble result{1.0, 0.0};
  DoubleDouble square{base, 0.0};
  for (; exponent != 0; exponent >>= 1U) {
    if ((exponent & 1U) != 0) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

// Sine (offset 0) or cosine (offset 1) by quadrant and Taylor series.
DoubleDouble sine_of(double x, int offset) {
  const double quarter_turns = std::floor(x / kHalfPi[0] + 0.5);
  DoubleDouble angle{x, 0.0};
  for (const double part : kHalfPi) angle = add(angle, negate(two_product(quarter_turns, part)));
  const int quadrant = static_cast<int>(static_cast<long long>(quarter_turns) + offset) & 3;

  const DoubleDouble square = multiply(angle, angle);
  const bool is_cosine = (quadrant & 1) != 0;
  DoubleDouble sum{1.0, 0.0};
  for (int n = is_cosine ? 28 : 27; n >= 2; n -= 2) {
    sum = add({1.0, 0.0}, negate(divide(multiply(square, sum), n * (n - 1.0))));
  }
  const DoubleDouble value = is_cosine ? sum : multiply(angle, sum);
  return quadrant >= 2 ? negate(value) : value;
}

}  // namespace

double exact_powi(double base, std::uint64_t exponent) { return rounded(powi_of(base, exponent)); }

double exact_log(double x) {
  if (x > 0.0) return rounded(log_of(x));
  return x == 0.0 ? -std::numeric_limits<double>::infinity()
                  : std::numeric_limits<double>::quiet_NaN();
}

double exact_exp(double x) { return rounded(exp_of({x, 0.0})); }

double exact_pow(double base, double exponent) {
  if (exponent == 0.0) return 1.0;
  if (base == 0.0) return exponent > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
  const bool is_integer = std::floor(exponent) == exponent;
  if (base < 0.0 && !is_integer) return std::numeric_limits<double>::quiet_NaN();

  const DoubleDouble logarithm = multiply(log_of(std::fabs(base)), {exponent, 0.0});
  // By multiplication, so that a power that lies halfway between two doubles is seen to; as long as
  // neither the squares nor their errors leave the range of doubles.
  constexpr double kMaxLogarithm = 300.0;
  if (is_integer && std::fabs(logarithm.high) < kMaxLogarithm) {
    const DoubleDouble power = powi_of(base, static_cast<std::uint64_t>(std::fabs(exponent)));
    return rounded(exponent < 0.0 ? divide({1.0, 0.0}, power) : power);
  }
  const double magnitude = rounded(exp_of(logarithm));
  return base < 0.0 && std::fmod(exponent, 2.0) != 0.0 ? -magnitude : magnitude;
}

double exact_cos(double x) { return rounded(sine_of(x, 1)); }

double exact_sin(double x) { return rounded(sine_of(x, 0)); }

double exact_tan(double x) { return rounded(divide(sine_of(x, 0), sine_of(x, 1))); }

double exact_tanh(double x) {
  constexpr double kIsOne = 20.0;    // from here on it rounds to ±1
  constexpr double kIsSmall = 1e-4;  // up to here three terms of the series are enough
  if (std::fabs(x) > kIsOne) return x > 0.0 ? 1.0 : -1.0;
  if (std::fabs(x) < kIsSmall) {
    const double square = x * x;
    return x - x * square * (1.0 / 3.0 - square * (2.0 / 15.0 - square * (17.0 / 315.0)));
  }
  const DoubleDouble square = exp_of({2.0 * x, 0.0});
  return rounded(divide(add(square, {-1.0, 0.0}), add(square, {1.0, 0.0})));
}

}  // namespace steplab
