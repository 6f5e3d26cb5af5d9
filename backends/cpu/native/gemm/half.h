// float16 and bfloat16 to and from float32, round to nearest even, NaN kept.
#pragma once

#include "gemm/num.h"
#include "gemm/simd.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

inline uint32_t bitsOf(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

inline float floatOf(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

inline float fromBf16(uint16_t bits) { return floatOf(static_cast<uint32_t>(bits) << 16); }

inline uint16_t toBf16(float value) {
  const uint32_t bits = bitsOf(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  const uint32_t quiet = (bits >> 16) | 0x40;
  return static_cast<uint16_t>((bits & 0x7fffffff) > 0x7f800000 ? quiet : rounded);
}

inline float fromF16(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16, rest = bits & 0x7fffu;
  // Multiplying by 2^112 rebiases the exponent and normalises subnormals exactly.
  const float scaled = floatOf(rest << 13) * 0x1p112f;
  const uint32_t magnitude = rest >= 0x7c00 ? (rest << 13) | 0x7f800000 : bitsOf(scaled);
  return floatOf(sign | magnitude);
}

inline uint16_t toF16(float value) {
  const uint32_t bits = bitsOf(value), sign = (bits >> 16) & 0x8000, rest = bits & 0x7fffffff;
  const uint32_t odd = (rest >> 13) & 1;
  const uint32_t normal = (rest - (112u << 23) + 0xfff + odd) >> 13;
  // Adding 0.5 puts the unit of a float16 subnormal in the last place of the sum, which rounds it.
  const uint32_t small = bitsOf(floatOf(rest) + 0.5f) - 0x3f000000;
  uint32_t out = rest < 0x38800000 ? small : normal;
  out = rest >= 0x47800000 ? 0x7c00 : out;
  out = rest > 0x7f800000 ? 0x7e00 : out;
  return static_cast<uint16_t>(sign | out);
}

/// n elements, `stride` apart on the half side and adjacent on the float side.
inline void widen(Num type, const uint16_t* src, int64_t stride, float* dst, int64_t n) {
  if (stride == 1 && type == Num::bf16) {
    for (int64_t i = 0; i < n; ++i) dst[i] = fromBf16(src[i]);
  } else if (stride == 1) {
    int64_t i = 0;
#if defined(__AVX2__)
    for (; i + 8 <= n; i += 8) {
      _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(src + i))));
    }
#endif
    for (; i < n; ++i) dst[i] = fromF16(src[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) dst[i] = type == Num::bf16 ? fromBf16(src[i * stride]) : fromF16(src[i * stride]);
  }
}

inline void narrow(Num type, const float* src, uint16_t* dst, int64_t stride, int64_t n) {
  if (stride == 1 && type == Num::bf16) {
    for (int64_t i = 0; i < n; ++i) dst[i] = toBf16(src[i]);
  } else if (stride == 1) {
    for (int64_t i = 0; i < n; ++i) dst[i] = toF16(src[i]);
  } else {
    for (int64_t i = 0; i < n; ++i) dst[i * stride] = type == Num::bf16 ? toBf16(src[i]) : toF16(src[i]);
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
