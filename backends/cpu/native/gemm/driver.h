// Floating-point products: choice of orientation and path, and division among threads.
#pragma once

#include "gemm/batch.h"
#include "gemm/blocked.h"
#include "gemm/vector.h"
#include "pool/pool.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// Rough cost in cycles of computing p as it stands, against its transpose.
template <class T>
inline double orientationCost(const Problem<T>& p) {
  const double m = static_cast<double>(p.m), n = static_cast<double>(p.n), k = static_cast<double>(p.k);
  const double vectors = static_cast<double>(ceilDiv(p.n, Simd<T>::lanes));
  const double compute = k * vectors * m / 2;
  const double packB = readsBInPlace(p) ? 0 : n * k * (p.bcs == 1 ? 0.15 : p.brs == 1 ? 0.5 : 1.5);
  const double packA = m * k * (p.acs == 1 ? 0.05 : p.ars == 1 ? 0.15 : 1.5);
  const double store = p.ccs == 1 ? 0 : m * n * (p.crs == 1 ? 0.4 : 1.5);
  return compute + packB + packA + store;
}

template <class T>
Problem<T> problemOf(const GemmArgs& args) {
  const T* bias = static_cast<const T*>(args.bias);
  const bool column = bias && args.biasAxis == BiasAxis::column, row = bias && args.biasAxis == BiasAxis::row;
  return {args.m,   args.n,   args.k,   static_cast<const T*>(args.a), args.ars, args.acs, static_cast<const T*>(args.b),
          args.brs, args.bcs, static_cast<T*>(args.c), args.crs, args.ccs, args.accumulate,
          column ? bias : nullptr, args.biasStride, row ? bias : nullptr, args.biasStride};
}

template <class T>
Problem<T> oriented(const Problem<T>& p) {
  const Problem<T> q = transposed(p);
  if (p.m == 1) return p;
  if (p.n == 1) return q;
  return orientationCost(q) < orientationCost(p) ? q : p;
}

/// How a product is cut: `rows` × `columns` blocks of at most rowStep × columnStep.
struct Grid {
  int64_t rows, columns, rowStep, columnStep;
};

template <class T>
Grid gridOf(const Problem<T>& p, int64_t batch, int threads) {
  // About five microseconds of work: less is not worth handing to another thread.
  constexpr double worthwhile = 250e3;
  constexpr int64_t width = tileColumns<T>;
  const double work = static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(p.k);
  int64_t target = threads == 1 ? 1 : 2 * threads;
  target = lesser(target, greater(1, static_cast<int64_t>(work * static_cast<double>(batch) / worthwhile)));
  const int64_t perItem = ceilDiv(target, batch);
  if (p.m == 1) {
    const int64_t columns = greater(1, lesser(perItem, p.n / 64));
    return {1, columns, 1, ceilDiv(p.n, columns)};
  }
  int64_t columns = greater(ceilDiv(p.n, blockColumns), lesser(perItem, p.n / (2 * width)));
  const int64_t columnStep = ceilDiv(ceilDiv(p.n, columns), width) * width;
  columns = ceilDiv(p.n, columnStep);
  int64_t rows = greater(1, lesser(ceilDiv(perItem, columns), p.m / (2 * tileRows)));
  const int64_t rowStep = ceilDiv(p.m, rows);
  rows = ceilDiv(p.m, rowStep);
  return {rows, columns, rowStep, columnStep};
}

template <class T>
void runGrid(const Problem<T>& p, const Grid& grid, int64_t index) {
  const int64_t n0 = index % grid.columns * grid.columnStep, n1 = lesser(p.n, n0 + grid.columnStep);
  const int64_t m0 = index / grid.columns * grid.rowStep, m1 = lesser(p.m, m0 + grid.rowStep);
  if (p.m == 1) runVector(p, n0, n1);
  else runBlock(p, m0, m1, n0, n1);
}

template <class T>
void gemmFloating(const GemmArgs& args, const GemmBatch& batch) {
  const int64_t count = batchCount(batch);
  if (count == 0 || args.m == 0 || args.n == 0) return;
  const Problem<T> whole = problemOf<T>(args);
  const Problem<T> p = oriented(whole);
  const bool turned = p.m != whole.m || p.a != whole.a || p.ars != whole.ars;
  const Grid grid = gridOf(p, count, Pool::inside() ? 1 : Pool::instance().threads());
  const int64_t blocks = grid.rows * grid.columns;
  auto body = [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const BatchOffsets at = batchOffsets(batch, task / blocks);
      Problem<T> item = p;
      item.a += turned ? at.b : at.a;
      item.b += turned ? at.a : at.b;
      item.c += at.c;
      if (item.columnBias) item.columnBias += at.bias;
      if (item.rowBias) item.rowBias += at.bias;
      runGrid(item, grid, task % blocks);
    }
  };
  const double work = static_cast<double>(p.m) * static_cast<double>(p.n) * static_cast<double>(greater(1, p.k));
  const int64_t grain = greater(1, static_cast<int64_t>(60e3 * static_cast<double>(blocks) / work));
  Pool::instance().parallelFor(count * blocks, grain, body);
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
