// Bit patterns of floats, in forms that the compiler turns into vector code.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

namespace flambeau::FLAMBEAU_ISA {

static inline uint32_t bitsOf(float x) { return __builtin_bit_cast(uint32_t, x); }
static inline uint64_t bitsOf(double x) { return __builtin_bit_cast(uint64_t, x); }
static inline float fromBits(uint32_t x) { return __builtin_bit_cast(float, x); }
static inline double fromBits(uint64_t x) { return __builtin_bit_cast(double, x); }

template <class T> constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T> constexpr T notANumber = std::numeric_limits<T>::quiet_NaN();

static inline float magnitude(float x) { return fromBits(bitsOf(x) & 0x7fffffffu); }
static inline double magnitude(double x) { return fromBits(bitsOf(x) & uint64_t{0x7fffffffffffffff}); }
static inline bool negativeSign(float x) { return bitsOf(x) >> 31 != 0; }
static inline bool negativeSign(double x) { return bitsOf(x) >> 63 != 0; }
static inline float withSign(float size, float sign) {
  return fromBits((bitsOf(size) & 0x7fffffffu) | (bitsOf(sign) & 0x80000000u));
}
static inline double withSign(double size, double sign) {
  return fromBits((bitsOf(size) & uint64_t{0x7fffffffffffffff}) | (bitsOf(sign) & uint64_t{0x8000000000000000}));
}

// c[0] + x c[1] + ... + x^(N-1) c[N-1]
template <class T, int N>
static inline T polynomial(const T (&c)[N], T x) {
  T sum = c[N - 1];
  for (int i = N - 2; i >= 0; --i) sum = sum * x + c[i];
  return sum;
}

// 2^n for -126 <= n <= 127, or -1022 <= n <= 1023.
static inline float powerOfTwo(int32_t n) { return fromBits(static_cast<uint32_t>(n + 127) << 23); }
static inline double powerOfTwo(int64_t n) { return fromBits(static_cast<uint64_t>(n + 1023) << 52); }

// Rounds |x| < 2^22 (2^51) to the nearest integer; NaN gives some integer.
static inline float nearest(float x, int32_t& n) {
  constexpr float magic = 12582912.0f;
  const float shifted = x + magic;
  n = static_cast<int32_t>(bitsOf(shifted) - bitsOf(magic));
  return shifted - magic;
}
static inline double nearest(double x, int64_t& n) {
  constexpr double magic = 6755399441055744.0;
  const double shifted = x + magic;
  n = static_cast<int64_t>(bitsOf(shifted) - bitsOf(magic));
  return shifted - magic;
}

}  // namespace flambeau::FLAMBEAU_ISA
