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

/// Natural logarithm; x > 0, finite.
double exact_log(double x);

/// e to the x; |x| ≤ 700.
double exact_exp(double x);

/// x to the y for x > 0: exp(y·log x) in double-double.
double exact_pow(double base, double exponent);

/// Cosine and sine of x radians; |x| ≤ 1e6.
double exact_cos(double x);
double exact_sin(double x);

}  // namespace steplab
