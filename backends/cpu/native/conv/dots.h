// Blocks of dot products of long rows: the sums of a tile stay in registers, a vector each, until the rows end.
#pragma once

#include "gemm/simd.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int dotRows = 4, dotColumns = 6;
#elif defined(__AVX2__)
constexpr int dotRows = 3, dotColumns = 4;
#else
constexpr int dotRows = 2, dotColumns = 4;
#endif

#if defined(__AVX512F__)

/// out[0…3] += the sums of the lanes of four vectors.
inline void addSums(const Vec<float> (&v)[4], float* out) {
  const auto pair = [](Vec<float> a, Vec<float> b) {
    return __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29) +
           __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
  };
  const Vec<float> ab = pair(v[0], v[1]), cd = pair(v[2], v[3]);
  const Vec<float> w = __builtin_shufflevector(ab, cd, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
                       __builtin_shufflevector(ab, cd, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  const auto x = __builtin_shufflevector(w, w, 0, 1, 2, 3, 4, 5, 6, 7) + __builtin_shufflevector(w, w, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto y = __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
  _mm_storeu_ps(out, (__m128)y + _mm_loadu_ps(out));
}

#endif

template <class T, int R>
inline void addSums(const Vec<T> (&v)[R], T* out) {
  for (int i = 0; i < R; ++i) out[i] += sumLanes<T>(v[i]);
}

/// out[j * ld + i] += Σ a[i * as + v]·(b + offsets[j])[v] for v in [0, n); n is a multiple of the lanes.
template <class T, int R, int C>
void dotTile(int64_t n, const T* a, int64_t as, const T* b, const int64_t* offsets, T* out, int64_t ld) {
  Vec<T> acc[C][R];
#pragma GCC unroll 8
  for (int j = 0; j < C; ++j) {
#pragma GCC unroll 8
    for (int i = 0; i < R; ++i) acc[j][i] = Vec<T>{};
  }
  const T* from[C];
#pragma GCC unroll 8
  for (int j = 0; j < C; ++j) from[j] = b + offsets[j];
  for (int64_t v = 0; v < n; v += Simd<T>::lanes) {
    Vec<T> x[R];
#pragma GCC unroll 8
    for (int i = 0; i < R; ++i) x[i] = load(a + i * as + v);
#pragma GCC unroll 8
    for (int j = 0; j < C; ++j) {
      const Vec<T> y = load(from[j] + v);
#pragma GCC unroll 8
      for (int i = 0; i < R; ++i) acc[j][i] += x[i] * y;
    }
  }
#pragma GCC unroll 8
  for (int j = 0; j < C; ++j) addSums(acc[j], out + j * ld);
}

template <class T>
using DotFn = void (*)(int64_t, const T*, int64_t, const T*, const int64_t*, T*, int64_t);

template <class T>
struct DotFns {
  DotFn<T> fn[dotRows][dotColumns] = {};

  template <int R, int C>
  constexpr void fill() {
    fn[R - 1][C - 1] = dotTile<T, R, C>;
    if constexpr (C > 1) fill<R, C - 1>();
    else if constexpr (R > 1) fill<R - 1, dotColumns>();
  }

  constexpr DotFns() { fill<dotRows, dotColumns>(); }
};

/// sums[j * ld + m] += the dot product of row m of a with row j of b. `columnsOuter` keeps rows of b in the first-level
/// cache while those of a pass by; otherwise the other way round, which suits rows of b that overlap.
template <class T>
void dotBlock(int64_t n, const T* a, int64_t as, int64_t rows, const T* b, const int64_t* offsets, int64_t columns, T* sums,
              int64_t ld, bool columnsOuter) {
  static constexpr DotFns<T> dots{};
  const auto tile = [&](int64_t m, int64_t j) {
    const int64_t r = lesser(dotRows, rows - m), c = lesser(dotColumns, columns - j);
    dots.fn[r - 1][c - 1](n, a + m * as, as, b, offsets + j, sums + j * ld + m, ld);
  };
  if (columnsOuter) {
    for (int64_t j = 0; j < columns; j += dotColumns) {
      for (int64_t m = 0; m < rows; m += dotRows) tile(m, j);
    }
    return;
  }
  for (int64_t m = 0; m < rows; m += dotRows) {
    for (int64_t j = 0; j < columns; j += dotColumns) tile(m, j);
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
