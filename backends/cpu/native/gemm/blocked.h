// One block of a product: columns that fit the second-level cache, walked panel by panel.
#pragma once

#include "gemm/pack.h"
#include "gemm/problem.h"
#include "gemm/tile.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int64_t depthBytes = 2048, blockColumns = 512;
#else
constexpr int64_t depthBytes = 1024, blockColumns = 256;
#endif

/// Largest inner block: a packed panel of A stays in the first-level cache, a block of B in the second.
template <class T>
constexpr int64_t blockDepth = depthBytes / static_cast<int64_t>(sizeof(T));

template <class T>
inline bool powerStride(int64_t stride) {
  return (stride * static_cast<int64_t>(sizeof(T))) % 2048 == 0;
}

/// B is read in place when too few rows use it to pay for packing, or when it is small.
template <class T>
inline bool readsBInPlace(const Problem<T>& p) {
  return p.bcs == 1 && (p.m <= 2 * tileRows || p.k * p.n * static_cast<int64_t>(sizeof(T)) <= 65536);
}

/// Writes a tile held in `buffer` (row stride tileColumns) to a result of any strides, or reads it back.
template <class T>
inline void moveTile(T* buffer, T* c, int64_t crs, int64_t ccs, int64_t rows, int64_t cols, bool toC) {
  constexpr int64_t width = tileColumns<T>;
  if (crs == 1) {
    if (toC) transpose(buffer, width, c, ccs, rows, cols);
    else transpose(c, ccs, buffer, width, cols, rows);
    return;
  }
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < cols; ++j) {
      if (toC) c[i * crs + j * ccs] = buffer[i * width + j];
      else buffer[i * width + j] = c[i * crs + j * ccs];
    }
  }
}

/// Computes rows [m0, m1) × columns [n0, n1); n1 − n0 ≤ blockColumns.
template <class T>
void runBlock(const Problem<T>& p, int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
  constexpr int64_t L = Simd<T>::lanes, width = tileColumns<T>;
  const int64_t depths = greater(1, ceilDiv(p.k, blockDepth<T>));
  const int64_t depth = ceilDiv(p.k, depths);
  const int64_t columns = n1 - n0, strips = ceilDiv(columns, width);
  const int64_t panels = ceilDiv(m1 - m0, tileRows);
  const bool inPlace = readsBInPlace(p);
  T* packedB = inPlace ? nullptr : static_cast<T*>(scratch(Scratch::gemmB, sizeof(T) * (strips * width * depth + width)));
  const bool deepA = p.acs == 1 && (strips <= 2 || !powerStride<T>(p.ars));
  const bool rowsA = !deepA && p.ars == 1 && strips <= 2;
  T* packedA = deepA || rowsA ? nullptr : static_cast<T*>(scratch(Scratch::gemmA, sizeof(T) * (tileRows * depth + width)));

  T columnBias[blockColumns];
  if (p.columnBias) {
    for (int64_t j = 0; j < columns; ++j) columnBias[j] = p.columnBias[(n0 + j) * p.columnBiasStride];
  }
  for (int64_t k0 = 0, step = 0; step < depths; ++step, k0 += depth) {
    const int64_t kc = lesser(depth, p.k - k0);
    const bool first = step == 0, add = p.add || !first;
    if (!inPlace) {
      for (int64_t s = 0; s < strips; ++s) {
        const int64_t j = n0 + s * width;
        pack(p.b + k0 * p.brs + j * p.bcs, p.bcs, p.brs, packedB + s * width * depth, width, lesser(width, n1 - j), kc);
      }
    }
    int64_t i0 = m0;
    for (int64_t panel = 0; panel < panels; ++panel) {
      const int64_t rows = (m1 - i0) / (panels - panel);
      TileIn<T> in = {};
      in.k = kc;
      in.a = p.a + i0 * p.ars + k0 * p.acs;
      in.as = deepA ? p.ars : p.acs;
      if (packedA) {
        pack(in.a, p.ars, p.acs, packedA, rows, rows, kc);
        in.a = packedA;
        in.as = rows;
      }
      T rowBias[tileRows];
      if (p.rowBias && first) {
        for (int64_t i = 0; i < rows; ++i) rowBias[i] = p.rowBias[(i0 + i) * p.rowBiasStride];
      }
      for (int64_t s = 0; s < strips; ++s) {
        const int64_t j = s * width, cols = lesser(width, columns - j), vectors = cols > L ? 2 : 1;
        const int tail = static_cast<int>(cols - (vectors - 1) * L);
        in.b[0] = inPlace ? p.b + k0 * p.brs + (n0 + j) * p.bcs : packedB + s * width * depth;
        in.bs = inPlace ? p.brs : width;
        in.tail = tail;
        const bool cut = inPlace && tail < L;
        const TileFn<T> fn = deepA ? (cut ? tileFn<T, ALayout::depth, BLayout::cut>(rows, vectors)
                                          : tileFn<T, ALayout::depth, BLayout::whole>(rows, vectors))
                                   : (cut ? tileFn<T, ALayout::rows, BLayout::cut>(rows, vectors)
                                          : tileFn<T, ALayout::rows, BLayout::whole>(rows, vectors));
        T* c = p.c + i0 * p.crs + (n0 + j) * p.ccs;
        TileOut<T> out = {c, p.crs, add, tail, p.columnBias && first ? columnBias + j : nullptr,
                          p.rowBias && first ? rowBias : nullptr};
        if (p.ccs == 1 || cols == 1) {
          fn(in, out);
        } else {
          T buffer[tileRows * width];
          if (add) moveTile(buffer, c, p.crs, p.ccs, rows, cols, false);
          out.c = buffer;
          out.crs = width;
          fn(in, out);
          moveTile(buffer, c, p.crs, p.ccs, rows, cols, true);
        }
      }
      i0 += rows;
    }
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
