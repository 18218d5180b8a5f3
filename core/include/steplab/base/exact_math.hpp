// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace steplab {

/// Transcendental functions of doubles that give the same bits on every platform, for what is
/// computed once a step or once a run: bias corrections, schedules, random numbers. libm's differ
/// between glibc and musl in up to 4 % of arguments. Evaluated in double-double (about 100 bits),
/// so the result is correctly rounded but for arguments within 2^-45 of a rounding boundary.
/// Per-element float32 functions are in kernels/.

inline constexpr double kPi = 3.14159265358979311600;

/// base to an integer power: Python's `beta ** step`. exponent ≥ 0.
double exact_powi(double base, std::uint64_t exponent);

/// Natural logarithm of a finite x; −∞ for 0, NaN below.
double exact_log(double x);

/// e to the x; ∞ and 0 beyond the range of doubles.
double exact_exp(double x);

/// x to the y, both finite: 1 for y = 0, NaN for a negative x unless y is an integer.
double exact_pow(double base, double exponent);

/// Cosine, sine and tangent of x radians; |x| ≤ 1e6.
double exact_cos(double x);
double exact_sin(double x);
double exact_tan(double x);

/// Hyperbolic tangent.
double exact_tanh(double x);

}  // namespace steplab
