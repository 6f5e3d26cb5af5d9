// float32 functions in branch-free form, at most about 2 ulp wrong.
#pragma once

#include "fused/maths64.h"

namespace flambeau::FLAMBEAU_ISA {

constexpr float log2e32 = 1.44269504f, ln2High32 = 0.693359375f, ln2Low32 = -2.12194440e-4f;

// e^x = 2^n (1 + p): x within about +-104.
static inline float splitExp(float x, int32_t& n) {
  const float k = nearest(x * log2e32, n);
  const float r = (x - k * ln2High32) - k * ln2Low32;
  return r + r * r * polynomial(expTail, r);
}

static inline float scaled(float x, int32_t n) {
  const int32_t half = static_cast<int32_t>(static_cast<uint32_t>(n + 512) >> 1) - 256;
  return x * powerOfTwo(half) * powerOfTwo(n - half);
}

static inline float fastExp(float x) {
  float c = x > 89.0f ? 89.0f : x;
  c = c < -104.0f ? -104.0f : c;
  int32_t n;
  const float p = splitExp(c, n);
  return scaled(1 + p, n);
}

// e^x for x <= 0 (and NaN); 0 where that would be below 1e-37.
static inline float expOfNegative(float x) {
  const float c = x < -86.0f ? -86.0f : x;
  int32_t n;
  const float p = splitExp(c, n);
  const float r = (1 + p) * powerOfTwo(n);
  return x < -86.0f ? 0.0f : r;
}
static inline double expOfNegative(double x) { return std::exp(x); }

static inline float fastExp2(float x) {
  float c = x > 129.0f ? 129.0f : x;
  c = c < -151.0f ? -151.0f : c;
  int32_t n;
  const float k = nearest(c, n);
  const float r = (c - k) * 0.693147181f;
  return scaled(1 + (r + r * r * polynomial(expTail, r)), n);
}

static inline float fastExpm1(float x) {
  float c = x > 89.0f ? 89.0f : x;
  c = c < -20.0f ? -20.0f : c;
  int32_t n;
  const float p = splitExp(c, n);
  const float s = powerOfTwo(n - 1);
  const float r = 2 * (s * p + (s - 0.5f));
  return n == 0 ? withSign(p, x) : r;  // keeps -0
}

// log of a positive float as k log 2 + log(1 + f); other arguments are the caller's.
static inline float splitLog(float x, float& k) {
  const bool denormal = x < 1.17549435e-38f;
  const float y = denormal ? x * 8388608.0f : x;
  constexpr uint32_t sqrtHalf = 0x3f3504f3u;
  const int32_t e = static_cast<int32_t>(bitsOf(y) - sqrtHalf) >> 23;
  k = static_cast<float>(e) - (denormal ? 23.0f : 0.0f);
  return fromBits(bitsOf(y) - (static_cast<uint32_t>(e) << 23)) - 1;
}

static inline float logSpecial(float x, float result) {
  float r = x == infinity<float> ? x : result;
  r = x == 0 ? -infinity<float> : r;
  return x >= 0 ? r : notANumber<float>;
}

static inline float fastLog(float x) {
  float k;
  const float f = splitLog(x, k);
  const float tail = f * f * (f * polynomial(logTail, f) - 0.5f);
  return logSpecial(x, k * ln2High32 + (f + (tail + k * ln2Low32)));
}

static inline float fastLog1p(float x) {
  const float u = 1 + x;
  const float lost = x - (u - 1);
  const float l = fastLog(u);
  const float r = u > 0 && u < infinity<float> ? l + lost / u : l;
  return u == 1 ? x : r;
}

// log(1 + e) for 0 <= e <= 1.
static inline float log1pOfUnit(float e) {
  const float u = 1 + e;
  const float lost = e - (u - 1);
  const bool halve = u > 1.41421356f;
  const float f = halve ? u * 0.5f - 1 : u - 1;
  const float k = halve ? 1.0f : 0.0f;
  const float tail = f * f * (f * polynomial(logTail, f) - 0.5f);
  const float l = k * ln2High32 + (f + (tail + (k * ln2Low32 + lost / u)));
  return l;
}

static inline float fastTanh(float x) {
  const float a = magnitude(x);
  const float c = a > 9.1f ? 9.1f : a;
  int32_t n;
  const float p = splitExp(2 * c, n);
  const float s = powerOfTwo(n);
  const float e = s * p + (s - 1);
  const float r = e / (e + 2);
  return withSign(r, x);
}

static inline float fastSigmoid(float x) {
  const float e = fastExp(-magnitude(x));
  const float n = x < 0 ? e : 1.0f;
  return n / (1 + e);
}

static inline float fastSoftplus(float x) {
  const float e = fastExp(-magnitude(x));
  return (x < 0 ? 0.0f : x) + log1pOfUnit(e);
}

static inline float fastErf(float x) {
  const float a = magnitude(x);
  const float near = x + x * polynomial(erfNear, x * x);
  const float c = a > 4.0f ? 4.0f : a;
  int32_t n;
  const float p = splitExp(polynomial(erfFar, c), n);
  const float s = powerOfTwo(n);
  const float far = (1 - s) - s * p;
  return a < 0.9219f ? near : withSign(far, x);
}

// Sine (shift 0) or cosine (shift 1) of |x| <= 2^19.
static inline float sineOf(float x, int shift) {
  int64_t n;
  const float r = static_cast<float>(reduceAngle(x, n));
  const uint32_t quadrant = static_cast<uint32_t>(static_cast<uint64_t>(n)) + static_cast<uint32_t>(shift);
  const float z = r * r;
  const float s = r + r * z * polynomial(sinTail, z);
  const float c = 1 + z * (z * polynomial(cosTail, z) - 0.5f);
  const float v = (quadrant & 1) != 0 ? c : s;
  const float signedValue = fromBits(bitsOf(v) ^ ((quadrant & 2) << 30));
  return shift == 0 && x == 0 ? x : signedValue;
}

static inline float tangentOf(float x) {
  int64_t n;
  const float r = static_cast<float>(reduceAngle(x, n));
  const float z = r * r;
  const float t = r + r * z * polynomial(tanTail, z);
  return (n & 1) != 0 ? -1 / t : t;
}

}  // namespace flambeau::FLAMBEAU_ISA
