// Vectors of the instruction set being compiled. Everything here has internal linkage: the same names are
// compiled several times with different instructions.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int vectorBytes = 64;
#elif defined(__AVX2__)
constexpr int vectorBytes = 32;
#else
constexpr int vectorBytes = 16;
#endif

template <class T>
struct Simd {
  static constexpr int lanes = vectorBytes / static_cast<int>(sizeof(T));
  typedef T Vec __attribute__((vector_size(vectorBytes)));
  typedef T Loose __attribute__((vector_size(vectorBytes), aligned(sizeof(T)), may_alias));
};

template <class T>
using Vec = typename Simd<T>::Vec;

inline int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }
inline int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

template <class T>
inline Vec<T> load(const T* p) {
  return *reinterpret_cast<const typename Simd<T>::Loose*>(p);
}

template <class T>
inline void store(T* p, Vec<T> v) {
  *reinterpret_cast<typename Simd<T>::Loose*>(p) = v;
}

#if defined(__AVX512F__)

inline __mmask16 mask16(int n) { return static_cast<__mmask16>((1u << n) - 1); }
inline __mmask8 mask8(int n) { return static_cast<__mmask8>((1u << n) - 1); }

/// The first n lanes from p, zeros in the rest; 0 ≤ n ≤ lanes.
inline Vec<float> loadPart(const float* p, int n) { return (Vec<float>)_mm512_maskz_loadu_ps(mask16(n), p); }
inline Vec<double> loadPart(const double* p, int n) { return (Vec<double>)_mm512_maskz_loadu_pd(mask8(n), p); }
inline void storePart(float* p, Vec<float> v, int n) { _mm512_mask_storeu_ps(p, mask16(n), (__m512)v); }
inline void storePart(double* p, Vec<double> v, int n) { _mm512_mask_storeu_pd(p, mask8(n), (__m512d)v); }

#elif defined(__AVX2__)

inline __m256i mask32(int n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
inline __m256i mask64(int n) { return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3)); }

/// The first n lanes from p, zeros in the rest; 0 ≤ n ≤ lanes.
inline Vec<float> loadPart(const float* p, int n) { return (Vec<float>)_mm256_maskload_ps(p, mask32(n)); }
inline Vec<double> loadPart(const double* p, int n) { return (Vec<double>)_mm256_maskload_pd(p, mask64(n)); }
inline void storePart(float* p, Vec<float> v, int n) { _mm256_maskstore_ps(p, mask32(n), (__m256)v); }
inline void storePart(double* p, Vec<double> v, int n) { _mm256_maskstore_pd(p, mask64(n), (__m256d)v); }

#else

/// The first n lanes from p, zeros in the rest; 0 ≤ n ≤ lanes.
template <class T>
inline Vec<T> loadPart(const T* p, int n) {
  Vec<T> v = {};
  for (int i = 0; i < n; ++i) v[i] = p[i];
  return v;
}

template <class T>
inline void storePart(T* p, Vec<T> v, int n) {
  for (int i = 0; i < n; ++i) p[i] = v[i];
}

#endif

/// Sum of the lanes, always in the same order: halves are added until one lane is left.
template <class T>
inline T sumLanes(Vec<T> v) {
#if defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
#if defined(__AVX512F__)
    const auto w = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                   __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
#else
    const auto w = v;
#endif
    const auto x = __builtin_shufflevector(w, w, 0, 1, 2, 3) + __builtin_shufflevector(w, w, 4, 5, 6, 7);
    const auto y = x + __builtin_shufflevector(x, x, 2, 3, 2, 3);
    return y[0] + y[1];
  }
#endif
  T lanes[Simd<T>::lanes];
  store(lanes, v);
  for (int width = Simd<T>::lanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
