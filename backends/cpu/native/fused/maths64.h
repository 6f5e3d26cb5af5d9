// Double-precision exp, log and kin in branch-free form: what the float32 functions that need a few spare digits
// are made of.
#pragma once

#include <cmath>

#include "fused/bits.h"
#include "fused/polynomials.h"

namespace flambeau::FLAMBEAU_ISA {

constexpr double log2e64 = 1.4426950408889634, ln2High64 = 0.693147180369123816490,
                 ln2Low64 = 1.90821492927058770002e-10;
constexpr double piHalf64 = 1.5707963267948966, pi64 = 3.1415926535897931;

static inline double wideExp(double x) {
  double c = x > 800 ? 800 : x;
  c = c < -800 ? -800 : c;
  int64_t n;
  const double k = nearest(c * log2e64, n);
  const double r = (c - k * ln2High64) - k * ln2Low64;
  const double e = 1 + (r + r * r * polynomial(wideExpTail, r));
  // In two steps, so that the result may overflow or become denormal.
  const uint64_t biased = static_cast<uint64_t>(n + 2048);
  const int64_t half = static_cast<int64_t>(biased >> 1) - 1024;
  return e * powerOfTwo(half) * powerOfTwo(n - half);
}

// Positive normal x, or 0, infinity, NaN, negative.
static inline double wideLog(double x) {
  constexpr uint64_t sqrtHalf = uint64_t{0x3fe6a09e667f3bcd};
  const uint64_t shifted = bitsOf(x) - sqrtHalf;
  // The exponent, as a double: bits 52.. of `shifted`, which is negative below sqrt(1/2).
  const int64_t e = static_cast<int64_t>((shifted + uint64_t{0x4000000000000000}) >> 52) - 1024;
  const double m = fromBits(bitsOf(x) - (static_cast<uint64_t>(e) << 52));
  const double k = fromBits(static_cast<uint64_t>(e) + uint64_t{0x4338000000000000}) - 6755399441055744.0;
  const double f = m - 1, s = f / (2 + f), z = s * s;
  double r = (s * z * polynomial(wideLogTail, z) + k * ln2Low64) + 2 * s;
  r = k * ln2High64 + r;
  r = x == infinity<double> ? x : r;
  r = x == 0 ? -infinity<double> : r;
  return x >= 0 ? r : notANumber<double>;
}

// log(1 + x); exact to the last bits also where 1 + x rounds.
static inline double wideLog1p(double x) {
  const double u = 1 + x;
  const double lost = x - (u - 1);
  const double l = wideLog(u);
  return u > 0 && u < infinity<double> ? l + lost / u : l;
}

static inline double wideAtan(double x) {
  const double a = magnitude(x);
  const double r = a > 1 ? 1 / a : a;
  const double p = r * polynomial(atanSeries, r * r);
  return withSign(a > 1 ? piHalf64 - p : p, x);
}

// asin of |x| <= 1/2
static inline double asinNear(double x) {
  const double z = x * x;
  return x + x * z * polynomial(asinTail, z);
}

static inline double wideAsin(double x) {
  const double a = magnitude(x);
  const double far = std::sqrt((1 - a) * 0.5);
  const double p = asinNear(a > 0.5 ? far : a);
  return withSign(a > 0.5 ? piHalf64 - 2 * p : p, x);
}

static inline double wideAcos(double x) {
  const double a = magnitude(x);
  const double far = std::sqrt((1 - a) * 0.5);
  const double p = asinNear(a > 0.5 ? far : a);
  const double near = piHalf64 - withSign(p, x);
  return a > 0.5 ? (x < 0 ? pi64 - 2 * p : 2 * p) : near;
}

static inline double wideErfc(double x) {
  const double a = magnitude(x);
  const double c = a > 10.5 ? 10.5 : a;
  const double tail = wideExp(-c * c) * polynomial(erfcxSeries, (c - 4) / (c + 4)) / (1 + 2 * c);
  return x < 0 ? 2 - tail : tail;
}

// Angles up to 2^19: x = n pi/2 + result, |result| <= pi/4.
static inline double reduceAngle(double x, int64_t& n) {
  constexpr double high = 1.5707963267341256, low = 6.0771005065061922e-11;
  const double k = nearest(x * 0.63661977236758138, n);
  return (x - k * high) - k * low;
}

}  // namespace flambeau::FLAMBEAU_ISA
