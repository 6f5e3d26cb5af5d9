// Scalar special functions that are too rare to deserve vector code.
#pragma once

#include <cmath>

#include "fused/bits.h"

namespace flambeau::FLAMBEAU_ISA::special {

static inline double lgamma(double x) {
  if (x == -infinity<double>) return infinity<double>;
  int sign;
  return ::lgamma_r(x, &sign);
}

// Recurrence up to 10, then the asymptotic series (Abramowitz & Stegun 6.3.18); reflection below 0.
static inline double digamma(double x) {
  constexpr double pi = 3.1415926535897931;
  if (x == 0) return withSign(infinity<double>, -x);
  double shift = 0;
  if (x < 0) {
    const double whole = std::trunc(x);
    if (x == whole) return notANumber<double>;
    shift = -pi / std::tan(pi * (x - whole));
    x = 1 - x;
  }
  while (x < 10) {
    shift -= 1 / x;
    x += 1;
  }
  const double z = 1 / (x * x);
  const double series = z * (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12))))));
  return shift + std::log(x) - 0.5 / x - (x < 1e17 ? series : 0);
}

// A first guess from the logarithm (Winitzki 2008), then Halley steps on erfc, which stays accurate near +-1.
static inline double erfinv(double x) {
  const double a = magnitude(x);
  if (!(a <= 1)) return notANumber<double>;
  if (a == 1) return withSign(infinity<double>, x);
  if (a < 1e-9) return x * 0.88622692545275801;
  const double log = std::log1p(-a * a);
  const double k = 4.3307467508 + 0.5 * log;  // 2 / (pi 0.147) + log/2
  double y = std::sqrt(std::sqrt(k * k - log * 6.8027210884353737) - k);
  for (int step = 0; step < 4; ++step) {
    const double miss = a < 0.5 ? std::erf(y) - a : (1 - a) - std::erfc(y);
    const double newton = miss * 0.88622692545275801 * std::exp(y * y);
    y -= newton / (1 + y * newton);
  }
  return withSign(y, x);
}

}  // namespace flambeau::FLAMBEAU_ISA::special
