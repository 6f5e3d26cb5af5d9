// A single product of one element type, as the floating-point drivers see it.
#pragma once

#include <cstdint>

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// c[m, n] = (add ? c : 0) + Σ a·b + columnBias[n] + rowBias[m].
template <class T>
struct Problem {
  int64_t m, n, k;
  const T* a;
  int64_t ars, acs;
  const T* b;
  int64_t brs, bcs;
  T* c;
  int64_t crs, ccs;
  bool add;
  const T* columnBias;
  int64_t columnBiasStride;
  const T* rowBias;
  int64_t rowBiasStride;
};

/// The same product computed as cᵀ = bᵀ·aᵀ.
template <class T>
inline Problem<T> transposed(const Problem<T>& p) {
  return {p.n,   p.m,   p.k, p.b,   p.bcs, p.brs,       p.a,
          p.acs, p.ars, p.c, p.ccs, p.crs, p.add,       p.rowBias,
          p.rowBiasStride,          p.columnBias,       p.columnBiasStride};
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
