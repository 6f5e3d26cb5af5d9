// The instructions of instructions.def for float32 and float64.
#pragma once

#include "fused/maths32.h"
#include "fused/special.h"

namespace flambeau::FLAMBEAU_ISA::ops {

template <class T> constexpr bool isReal = std::is_floating_point_v<T>;
template <class T> using IfReal = std::enable_if_t<std::is_floating_point_v<T>, T>;

template <class T> static inline IfReal<T> neg(T x) { return -x; }
template <class T> static inline IfReal<T> abs(T x) { return magnitude(x); }
template <class T> static inline IfReal<T> sign(T x) {
  const T positive = x > 0 ? T(1) : T(0);
  return x < 0 ? T(-1) : positive;  // 0 for NaN, as in PyTorch
}
template <class T> static inline IfReal<T> floor(T x) { return std::floor(x); }
template <class T> static inline IfReal<T> ceil(T x) { return std::ceil(x); }
template <class T> static inline IfReal<T> round(T x) { return std::rint(x); }
template <class T> static inline IfReal<T> trunc(T x) { return std::trunc(x); }
template <class T> static inline IfReal<T> sqrt(T x) { return std::sqrt(x); }
template <class T> static inline IfReal<T> rsqrt(T x) { return T(1) / std::sqrt(x); }
template <class T> static inline IfReal<T> reciprocal(T x) { return T(1) / x; }
template <class T> static inline IfReal<T> relu(T x) { return x < 0 ? T(0) : x; }

// float32: vector code, sometimes through double where that saves the last bits.
static inline float exp(float x) { return fastExp(x); }
static inline float exp2(float x) { return fastExp2(x); }
static inline float expm1(float x) { return fastExpm1(x); }
static inline float log(float x) { return fastLog(x); }
static inline float log2(float x) { return static_cast<float>(wideLog(x) * log2e64); }
static inline float log10(float x) { return static_cast<float>(wideLog(x) * 0.43429448190325183); }
static inline float log1p(float x) { return fastLog1p(x); }
static inline float sin(float x) { return sineOf(x, 0); }
static inline float cos(float x) { return sineOf(x, 1); }
static inline float tan(float x) { return tangentOf(x); }
static inline float asin(float x) { return static_cast<float>(wideAsin(x)); }
static inline float acos(float x) { return static_cast<float>(wideAcos(x)); }
static inline float atan(float x) { return static_cast<float>(wideAtan(x)); }
static inline float sinh(float x) {
  const double e = wideExp(x), wide = x;
  return magnitude(x) < 0.01f ? static_cast<float>(wide + wide * wide * wide * (1.0 / 6 + wide * wide / 120))
                              : static_cast<float>(0.5 * (e - 1 / e));
}
static inline float cosh(float x) {
  const double e = wideExp(x);
  return static_cast<float>(0.5 * (e + 1 / e));
}
static inline float tanh(float x) { return fastTanh(x); }
static inline float asinh(float x) {
  const double a = magnitude(x);
  const double far = wideLog1p(a + a * a / (1 + std::sqrt(a * a + 1)));
  return withSign(static_cast<float>(a == infinity<double> ? a : far), x);
}
static inline float acosh(float x) {
  const double t = static_cast<double>(x) - 1;
  const float r = static_cast<float>(wideLog1p(t + std::sqrt(t * (t + 2))));
  return t >= 0 ? r : notANumber<float>;
}
static inline float atanh(float x) {
  const double a = magnitude(x);
  return withSign(static_cast<float>(0.5 * wideLog1p(2 * a / (1 - a))), x);
}
static inline float erf(float x) { return fastErf(x); }
static inline float erfc(float x) { return static_cast<float>(wideErfc(x)); }
static inline float erfinv(float x) { return static_cast<float>(special::erfinv(x)); }
static inline float lgamma(float x) { return static_cast<float>(special::lgamma(x)); }
static inline float digamma(float x) { return static_cast<float>(special::digamma(x)); }
static inline float sigmoid(float x) { return fastSigmoid(x); }
static inline float softplus(float x) { return fastSoftplus(x); }

// float64: the C library's functions.
static inline double exp(double x) { return std::exp(x); }
static inline double exp2(double x) { return std::exp2(x); }
static inline double expm1(double x) { return std::expm1(x); }
static inline double log(double x) { return std::log(x); }
static inline double log2(double x) { return std::log2(x); }
static inline double log10(double x) { return std::log10(x); }
static inline double log1p(double x) { return std::log1p(x); }
static inline double sin(double x) { return std::sin(x); }
static inline double cos(double x) { return std::cos(x); }
static inline double tan(double x) { return std::tan(x); }
static inline double asin(double x) { return std::asin(x); }
static inline double acos(double x) { return std::acos(x); }
static inline double atan(double x) { return std::atan(x); }
static inline double sinh(double x) { return std::sinh(x); }
static inline double cosh(double x) { return std::cosh(x); }
static inline double tanh(double x) { return std::tanh(x); }
static inline double asinh(double x) { return std::asinh(x); }
static inline double acosh(double x) { return std::acosh(x); }
static inline double atanh(double x) { return std::atanh(x); }
static inline double erf(double x) { return std::erf(x); }
static inline double erfc(double x) { return std::erfc(x); }
static inline double erfinv(double x) { return special::erfinv(x); }
static inline double lgamma(double x) { return special::lgamma(x); }
static inline double digamma(double x) { return special::digamma(x); }
static inline double sigmoid(double x) {
  const double e = std::exp(-magnitude(x));
  return (x < 0 ? e : 1.0) / (1 + e);
}
static inline double softplus(double x) { return (x < 0 ? 0.0 : x) + std::log1p(std::exp(-magnitude(x))); }

// x/2 (1 + erf(x / sqrt 2))
template <class T> static inline IfReal<T> gelu(T x) {
  return x * T(0.5) * (erf(x * T(0.70710678118654752)) + T(1));
}
template <class T> static inline IfReal<T> expSub(T a, T b) { return exp(a - b); }

template <class T> static inline std::enable_if_t<isReal<T>, bool> isnan(T x) { return !(x == x); }
template <class T> static inline std::enable_if_t<isReal<T>, bool> isinf(T x) { return magnitude(x) == infinity<T>; }
template <class T> static inline std::enable_if_t<isReal<T>, bool> signbit(T x) { return negativeSign(x); }

template <class T> static inline IfReal<T> add(T a, T b) { return a + b; }
template <class T> static inline IfReal<T> sub(T a, T b) { return a - b; }
template <class T> static inline IfReal<T> mul(T a, T b) { return a * b; }
template <class T> static inline IfReal<T> div(T a, T b) { return a / b; }
template <class T> static inline IfReal<T> truncDiv(T a, T b) { return std::trunc(a / b); }
template <class T> static inline IfReal<T> fmod(T a, T b) { return std::fmod(a, b); }

// The sign of the result is the divisor's, as in Python.
template <class T> static inline IfReal<T> remainder(T a, T b) {
  const T r = std::fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
// Through the remainder, so that the quotient of the rounded operands is what is rounded down.
template <class T> static inline IfReal<T> floorDiv(T a, T b) {
  if (b == 0) return a / b;
  const T r = std::fmod(a, b);
  T q = (a - r) / b;
  if (r != 0 && (b < 0) != (r < 0)) q -= 1;
  if (q == 0) return withSign(T(0), a / b);
  const T whole = std::floor(q);
  return q - whole > T(0.5) ? whole + 1 : whole;
}

template <class T> static inline IfReal<T> max(T a, T b) {
  const T r = a > b ? a : b;
  return a == a ? r : a;
}
template <class T> static inline IfReal<T> min(T a, T b) {
  const T r = a < b ? a : b;
  return a == a ? r : a;
}
template <class T> static inline IfReal<T> copysign(T a, T b) { return withSign(a, b); }
static inline float nextafter(float a, float b) { return ::nextafterf(a, b); }
static inline double nextafter(double a, double b) { return ::nextafter(a, b); }

static inline float pow(float x, float y) {
  const double a = magnitude(x);
  const float whole = std::rint(y);
  const bool integral = whole == y;
  const float halved = y * 0.5f;
  const bool odd = integral && std::rint(halved) != halved;
  const double r = wideExp(static_cast<double>(y) * wideLog(a));
  float v = static_cast<float>(a == 1 ? 1.0 : r);
  v = odd ? withSign(v, x) : v;
  v = x < 0 && !integral && a != infinity<double> ? notANumber<float> : v;
  v = x != x || y != y ? notANumber<float> : v;
  return y == 0 || x == 1 ? 1.0f : v;
}
static inline double pow(double x, double y) { return std::pow(x, y); }

static inline float atan2(float y, float x) {
  const double ay = magnitude(y), ax = magnitude(x);
  const bool steep = ay > ax;
  const double small = steep ? ax : ay, large = steep ? ay : ax;
  const double q = small == large ? (large == 0 ? 0.0 : 1.0) : small / large;
  double p = q * polynomial(atanSeries, q * q);
  p = steep ? piHalf64 - p : p;
  p = negativeSign(x) ? pi64 - p : p;
  const float r = withSign(static_cast<float>(p), y);
  return x != x || y != y ? notANumber<float> : r;
}
static inline double atan2(double y, double x) { return std::atan2(y, x); }

static inline float hypot(float a, float b) {
  const double x = a, y = b;
  const float r = static_cast<float>(std::sqrt(x * x + y * y));
  return magnitude(a) == infinity<float> || magnitude(b) == infinity<float> ? infinity<float> : r;
}
static inline double hypot(double a, double b) { return std::hypot(a, b); }

static inline float logaddexp(float a, float b) {
  const double m = a > b ? a : b, d = static_cast<double>(magnitude(a - b));
  const float r = static_cast<float>(m + wideLog1p(wideExp(-d)));
  return a == b ? static_cast<float>(m + 0.69314718055994531) : r;
}
static inline double logaddexp(double a, double b) {
  if (a == b) return a + 0.69314718055994531;
  return (a > b ? a : b) + std::log1p(std::exp(-magnitude(a - b)));
}

}  // namespace flambeau::FLAMBEAU_ISA::ops
