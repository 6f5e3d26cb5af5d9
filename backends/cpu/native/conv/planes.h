// Filling planes from a source image.
#pragma once

#include "conv/plan.h"
#include "gemm/simd.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

template <class T>
inline void copyRow(const T* src, int64_t stride, T* dst, int64_t count) {
  constexpr int64_t L = Simd<T>::lanes;
  if (stride == 1) {
    int64_t i = 0;
    for (; i + L <= count; i += L) store(dst + i, load(src + i));
    const int rest = static_cast<int>(count - i);
    if (rest > 0) storePart(dst + i, loadPart(src + i, rest), rest);
  } else if (stride == 2) {
    for (int64_t i = 0; i < count; ++i) dst[i] = src[2 * i];
  } else {
    for (int64_t i = 0; i < count; ++i) dst[i] = src[i * stride];
  }
}

/// One channel of one image: a plane per phase, `gap` elements from one to the next.
template <class T>
inline void fillPlanes(const PlaneLayout& layout, const T* src, const int64_t strides[3], T* dst, int64_t gap) {
  for (int64_t p = 0; p < layout.phases; ++p) {
    const int64_t* phase = layout.phase + 3 * p;
    T* plane = dst + p * gap;
    memset(plane, 0, sizeof(T) * static_cast<size_t>(layout.plane));
    const int64_t count = ceilDiv(layout.source[2] - phase[2], layout.step[2]);
    for (int64_t i = 0, at = phase[0]; at < layout.source[0]; ++i, at += layout.step[0]) {
      for (int64_t j = 0, row = phase[1]; row < layout.source[1]; ++j, row += layout.step[1]) {
        copyRow(src + at * strides[0] + row * strides[1] + phase[2] * strides[2], layout.step[2] * strides[2],
                plane + (i * layout.extent[1] + j) * layout.extent[2], count);
      }
    }
  }
}

/// dst[k * width + lane] = (plane + offsets[k])[positions[lane]] for one vector of lanes.
template <class T>
inline void compactVector(const T* plane, const int64_t* offsets, int64_t k, const int32_t* positions, T* dst, int64_t width) {
  constexpr int L = Simd<T>::lanes;
  const int32_t first = positions[0];
  const T* base = plane + first;
  bool adjacent = true, near = true;
  for (int i = 0; i < L; ++i) {
    adjacent = adjacent && positions[i] == first + i;
    near = near && positions[i] - first < 2 * L;
  }
  if (adjacent) {
    for (int64_t p = 0; p < k; ++p) store(dst + p * width, load(base + offsets[p]));
    return;
  }
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    if (near) {
      const __m512i lanes = _mm512_sub_epi32(_mm512_loadu_si512(positions), _mm512_set1_epi32(first));
      for (int64_t p = 0; p < k; ++p) {
        const T* from = base + offsets[p];
        _mm512_storeu_ps(dst + p * width, _mm512_permutex2var_ps(_mm512_loadu_ps(from), lanes, _mm512_loadu_ps(from + L)));
      }
      return;
    }
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    if (near) {
      const __m256i lanes = _mm256_sub_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(positions)), _mm256_set1_epi32(first));
      const __m256 second = _mm256_castsi256_ps(_mm256_cmpgt_epi32(lanes, _mm256_set1_epi32(7)));
      for (int64_t p = 0; p < k; ++p) {
        const T* from = base + offsets[p];
        const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from), lanes);
        const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(from + L), lanes);
        _mm256_storeu_ps(dst + p * width, _mm256_blendv_ps(low, high, second));
      }
      return;
    }
  }
#endif
  (void)near;
  for (int64_t p = 0; p < k; ++p) {
    const T* from = plane + offsets[p];
    for (int i = 0; i < L; ++i) dst[p * width + i] = from[positions[i]];
  }
}

template <class T>
inline void zero(T* dst, int64_t count) {
  memset(dst, 0, sizeof(T) * static_cast<size_t>(count));
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
