// Packing of operand blocks into the order in which the micro-kernel reads them.
#pragma once

#include "gemm/simd.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

template <class T>
inline void transposeSmall(const T* src, int64_t srs, T* dst, int64_t drs, int64_t rows, int64_t cols) {
  for (int64_t j = 0; j < cols; ++j) {
    for (int64_t i = 0; i < rows; ++i) dst[j * drs + i] = src[i * srs + j];
  }
}

#if defined(__AVX2__)

/// Four rows of eight floats, transposed within each half: lane pairs hold columns (0, 4), (1, 5), (2, 6), (3, 7).
inline void transpose4x8(const float* src, int64_t srs, __m256 out[4]) {
  const __m256 a = _mm256_loadu_ps(src), b = _mm256_loadu_ps(src + srs);
  const __m256 c = _mm256_loadu_ps(src + 2 * srs), d = _mm256_loadu_ps(src + 3 * srs);
  const __m256 ab0 = _mm256_unpacklo_ps(a, b), ab1 = _mm256_unpackhi_ps(a, b);
  const __m256 cd0 = _mm256_unpacklo_ps(c, d), cd1 = _mm256_unpackhi_ps(c, d);
  out[0] = _mm256_shuffle_ps(ab0, cd0, 0x44);
  out[1] = _mm256_shuffle_ps(ab0, cd0, 0xee);
  out[2] = _mm256_shuffle_ps(ab1, cd1, 0x44);
  out[3] = _mm256_shuffle_ps(ab1, cd1, 0xee);
}

/// dst[j * drs + i] = src[i * srs + j]. Eight by eight in registers.
inline void transpose(const float* src, int64_t srs, float* dst, int64_t drs, int64_t rows, int64_t cols) {
  const int64_t rows8 = rows & ~int64_t{7}, cols8 = cols & ~int64_t{7};
  for (int64_t i = 0; i < rows8; i += 8) {
    for (int64_t j = 0; j < cols8; j += 8) {
      __m256 top[4], low[4];
      transpose4x8(src + i * srs + j, srs, top);
      transpose4x8(src + (i + 4) * srs + j, srs, low);
      float* to = dst + j * drs + i;
      for (int q = 0; q < 4; ++q) {
        _mm256_storeu_ps(to + q * drs, _mm256_permute2f128_ps(top[q], low[q], 0x20));
        _mm256_storeu_ps(to + (q + 4) * drs, _mm256_permute2f128_ps(top[q], low[q], 0x31));
      }
    }
  }
  int64_t i = rows8;
  if (rows - i >= 4) {
    for (int64_t j = 0; j < cols8; j += 8) {
      __m256 top[4];
      transpose4x8(src + i * srs + j, srs, top);
      float* to = dst + j * drs + i;
      for (int q = 0; q < 4; ++q) {
        _mm_storeu_ps(to + q * drs, _mm256_castps256_ps128(top[q]));
        _mm_storeu_ps(to + (q + 4) * drs, _mm256_extractf128_ps(top[q], 1));
      }
    }
    i += 4;
  }
  if (i < rows) transposeSmall(src + i * srs, srs, dst + i, drs, rows - i, cols8);
  if (cols8 < cols) transposeSmall(src + cols8, srs, dst + cols8 * drs, drs, rows, cols - cols8);
}

#else

/// dst[j * drs + i] = src[i * srs + j].
inline void transpose(const float* src, int64_t srs, float* dst, int64_t drs, int64_t rows, int64_t cols) {
  transposeSmall(src, srs, dst, drs, rows, cols);
}

#endif

inline void transpose(const double* src, int64_t srs, double* dst, int64_t drs, int64_t rows, int64_t cols) {
  transposeSmall(src, srs, dst, drs, rows, cols);
}

/// Copies `rows` adjacent elements for each of k steps `ks` apart; dst advances by `width`, the gap is zeroed.
template <class T>
inline void copyRows(const T* src, int64_t ks, T* dst, int64_t width, int64_t rows, int64_t k) {
  constexpr int L = Simd<T>::lanes;
  for (int64_t p = 0; p < k; ++p, src += ks, dst += width) {
    int64_t i = 0;
    for (; i + L <= rows; i += L) store(dst + i, load(src + i));
    if (i < rows) {
      storePart(dst + i, loadPart(src + i, static_cast<int>(rows - i)), static_cast<int>(rows - i));
      i = rows;
    }
    for (; i < width; ++i) dst[i] = 0;
  }
}

/// Packs k × rows elements, element (i, p) at src[i * rs + p * ks], as dst[p * width + i], zero for i ≥ rows.
template <class T>
inline void pack(const T* src, int64_t rs, int64_t ks, T* dst, int64_t width, int64_t rows, int64_t k) {
  if (rs == 1) {
    copyRows(src, ks, dst, width, rows, k);
    return;
  }
  if (ks == 1) {
    transpose(src, rs, dst, width, rows, k);
  } else {
    for (int64_t p = 0; p < k; ++p) {
      for (int64_t i = 0; i < rows; ++i) dst[p * width + i] = src[i * rs + p * ks];
    }
  }
  if (rows < width) {
    for (int64_t p = 0; p < k; ++p) {
      for (int64_t i = rows; i < width; ++i) dst[p * width + i] = 0;
    }
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
