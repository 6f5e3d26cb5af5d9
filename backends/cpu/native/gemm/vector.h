// Products with a single row: bound by reading the matrix once.
#pragma once

#include "gemm/problem.h"
#include "gemm/simd.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// sums[j] = Σk x[k]·b[k·brs + j] for rows that are contiguous in j.
template <class T>
inline void sumRows(const T* x, const T* b, int64_t brs, int64_t k, T* sums, int64_t columns) {
  for (int64_t j = 0; j < columns; ++j) sums[j] = 0;
  int64_t p = 0;
  for (; p + 4 <= k; p += 4) {
    const T x0 = x[p], x1 = x[p + 1], x2 = x[p + 2], x3 = x[p + 3];
    const T *b0 = b + p * brs, *b1 = b0 + brs, *b2 = b1 + brs, *b3 = b2 + brs;
    for (int64_t j = 0; j < columns; ++j) sums[j] += (x0 * b0[j] + x1 * b1[j]) + (x2 * b2[j] + x3 * b3[j]);
  }
  for (; p < k; ++p) {
    const T* row = b + p * brs;
    for (int64_t j = 0; j < columns; ++j) sums[j] += x[p] * row[j];
  }
}

/// Dot products of x with `count` (1…4) rows that are contiguous in k.
template <class T, int count>
inline void dots(const T* x, const T* b, int64_t bcs, int64_t k, T* sums) {
  constexpr int64_t L = Simd<T>::lanes;
  Vec<T> acc[count][2] = {};
  int64_t p = 0;
  for (; p + 2 * L <= k; p += 2 * L) {
    const Vec<T> x0 = load(x + p), x1 = load(x + p + L);
#pragma GCC unroll 4
    for (int c = 0; c < count; ++c) {
      acc[c][0] += x0 * load(b + c * bcs + p);
      acc[c][1] += x1 * load(b + c * bcs + p + L);
    }
  }
  for (; p < k; p += L) {
    const int left = static_cast<int>(lesser(L, k - p));
    const Vec<T> x0 = loadPart(x + p, left);
#pragma GCC unroll 4
    for (int c = 0; c < count; ++c) acc[c][0] += x0 * loadPart(b + c * bcs + p, left);
  }
#pragma GCC unroll 4
  for (int c = 0; c < count; ++c) sums[c] = sumLanes<T>(acc[c][0] + acc[c][1]);
}

/// Columns [n0, n1) of a product with p.m = 1.
template <class T>
void runVector(const Problem<T>& p, int64_t n0, int64_t n1) {
  constexpr int64_t chunk = 1024;
  const T* x = p.a;
  if (p.acs != 1) {
    T* copy = static_cast<T*>(scratch(Scratch::gemmA, sizeof(T) * greater(1, p.k)));
    for (int64_t i = 0; i < p.k; ++i) copy[i] = p.a[i * p.acs];
    x = copy;
  }
  T sums[chunk];
  for (int64_t j0 = n0; j0 < n1; j0 += chunk) {
    const int64_t columns = lesser(chunk, n1 - j0);
    const T* b = p.b + j0 * p.bcs;
    if (p.bcs == 1 && columns > 1) {
      sumRows(x, b, p.brs, p.k, sums, columns);
    } else if (p.brs == 1) {
      int64_t j = 0;
      for (; j + 4 <= columns; j += 4) dots<T, 4>(x, b + j * p.bcs, p.bcs, p.k, sums + j);
      for (; j < columns; ++j) dots<T, 1>(x, b + j * p.bcs, p.bcs, p.k, sums + j);
    } else {
      for (int64_t j = 0; j < columns; ++j) {
        T sum = 0;
        for (int64_t i = 0; i < p.k; ++i) sum += x[i] * b[i * p.brs + j * p.bcs];
        sums[j] = sum;
      }
    }
    for (int64_t j = 0; j < columns; ++j) {
      T& c = p.c[(j0 + j) * p.ccs];
      T sum = sums[j];
      if (p.add) sum += c;
      if (p.columnBias) sum += p.columnBias[(j0 + j) * p.columnBiasStride];
      if (p.rowBias) sum += p.rowBias[0];
      c = sum;
    }
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
