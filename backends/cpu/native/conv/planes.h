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

template <class T>
inline void zero(T* dst, int64_t count) {
  memset(dst, 0, sizeof(T) * static_cast<size_t>(count));
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
