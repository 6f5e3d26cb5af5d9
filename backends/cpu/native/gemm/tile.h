// The micro-kernel: a tile of up to tileRows × (tileVectors vectors) of the result, kept in registers while the
// inner dimension is walked.
#pragma once

#include "gemm/simd.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int tileRows = 14;
#elif defined(__AVX2__)
constexpr int tileRows = 6;
#else
constexpr int tileRows = 4;
#endif
constexpr int tileVectors = 2;

template <class T>
constexpr int tileColumns = tileVectors * Simd<T>::lanes;

/// How the rows of A lie: `rows` adjacent in memory (packed or transposed, `as` apart in k), or adjacent in k
/// (`as` apart from row to row).
enum class ALayout { rows, depth };

/// How B is read: rows `bs` apart, the same with the last vector cut to `tail` lanes, or through `offsets` from a base
/// per vector (convolution).
enum class BLayout { whole, cut, table };

template <class T>
struct TileIn {
  int64_t k;
  const T* a;
  int64_t as;
  const T* b[tileVectors];
  int64_t bs;
  int tail;
  const int64_t* offsets;
};

template <class T>
struct TileOut {
  T* c;
  int64_t crs;
  bool add;
  int tail;            // lanes of the last vector that exist
  const T* columnBias; // null, or one value per column
  const T* rowBias;    // null, or one value per row
};

template <class T>
using TileFn = void (*)(const TileIn<T>&, const TileOut<T>&);

template <class T, int R, int V, ALayout AL, BLayout BL>
void tile(const TileIn<T>& in, const TileOut<T>& out) {
  constexpr int L = Simd<T>::lanes;
  constexpr int groups = (R + 2) / 3;
  Vec<T> acc[R][V];
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < V; ++j) acc[i][j] = Vec<T>{};
  }
  const T* a = in.a;
  const int64_t as = in.as;
  // Three rows per pointer: their addresses are p, p + s and p + 2s, which the processor forms for free.
  const T* row[groups];
#pragma GCC unroll 16
  for (int g = 0; g < groups; ++g) row[g] = a + 3 * g * as;
  const T* b[V];
#pragma GCC unroll 16
  for (int j = 0; j < V; ++j) b[j] = BL == BLayout::table ? in.b[j] : in.b[0] + j * L;
  const int64_t bs = in.bs;
  const int tail = in.tail;
  for (int64_t k = 0; k < in.k; ++k) {
    Vec<T> bv[V];
#pragma GCC unroll 16
    for (int j = 0; j < V; ++j) {
      if constexpr (BL == BLayout::table) {
        bv[j] = load(b[j] + in.offsets[k]);
      } else {
        bv[j] = BL == BLayout::cut && j == V - 1 ? loadPart(b[0] + j * L, tail) : load(b[0] + j * L);
      }
    }
#pragma GCC unroll 16
    for (int i = 0; i < R; ++i) {
      const T x = AL == ALayout::rows ? a[i] : row[i / 3][(i % 3) * as];
#pragma GCC unroll 16
      for (int j = 0; j < V; ++j) acc[i][j] += x * bv[j];
    }
    if constexpr (AL == ALayout::rows) {
      a += as;
    } else {
#pragma GCC unroll 16
      for (int g = 0; g < groups; ++g) row[g] += 1;
    }
    if constexpr (BL != BLayout::table) b[0] += bs;
  }
#pragma GCC unroll 16
  for (int i = 0; i < R; ++i) {
#pragma GCC unroll 16
    for (int j = 0; j < V; ++j) {
      const bool last = j == V - 1 && out.tail < L;
      const int lanes = last ? out.tail : L;
      T* c = out.c + i * out.crs + j * L;
      Vec<T> v = acc[i][j];
      if (out.columnBias) v += last ? loadPart(out.columnBias + j * L, lanes) : load(out.columnBias + j * L);
      if (out.rowBias) v += out.rowBias[i];
      if (last) {
        if (out.add) v += loadPart(static_cast<const T*>(c), lanes);
        storePart(c, v, lanes);
      } else {
        if (out.add) v += load(static_cast<const T*>(c));
        store(c, v);
      }
    }
  }
}

template <class T, ALayout AL, BLayout BL>
struct TileFns {
  TileFn<T> fn[tileRows][tileVectors] = {};

  template <int R>
  constexpr void fill() {
    fn[R - 1][0] = tile<T, R, 1, AL, BL>;
    fn[R - 1][1] = tile<T, R, 2, AL, BL>;
    if constexpr (R > 1) fill<R - 1>();
  }

  constexpr TileFns() { fill<tileRows>(); }
};

/// The kernel for `rows` (1…tileRows) and `vectors` (1…tileVectors).
template <class T, ALayout AL, BLayout BL>
inline TileFn<T> tileFn(int64_t rows, int64_t vectors) {
  static constexpr TileFns<T, AL, BL> fns{};
  return fns.fn[rows - 1][vectors - 1];
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
