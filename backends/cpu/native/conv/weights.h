// The weight gradient: dot products of rows of dy with shifted rows of x, both laid out in planes so that a dot product
// runs over several images at once. dy is zero where the planes of x hold padding.
#pragma once

#include "conv/planes.h"
#include "pool/pool.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int dotRows = 4, dotColumns = 6;
#elif defined(__AVX2__)
constexpr int dotRows = 3, dotColumns = 4;
#else
constexpr int dotRows = 2, dotColumns = 4;
#endif

/// out[i * ld + j] += Σ a[i * as + v]·(b + offsets[j])[v] for v in [0, n); n is a multiple of the lanes.
template <class T, int R, int C>
void dotTile(int64_t n, const T* a, int64_t as, const T* b, const int64_t* offsets, T* out, int64_t ld) {
  Vec<T> acc[R][C];
#pragma GCC unroll 8
  for (int i = 0; i < R; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < C; ++j) acc[i][j] = Vec<T>{};
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
      for (int i = 0; i < R; ++i) acc[i][j] += x[i] * y;
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < R; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < C; ++j) out[i * ld + j] += sumLanes<T>(acc[i][j]);
  }
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

/// How the work is cut. It depends on the sizes alone, so that sums come out the same for any number of threads.
struct WeightCut {
  int64_t block, blocks;  // channels per task
  int64_t parts;          // ranges of images, each with sums of its own
  int64_t images;         // laid out side by side
  int64_t length;         // elements of a row of planes
};

template <class T>
WeightCut cutWeights(const ConvShape& s, const PlaneLayout& layout) {
  constexpr int64_t tasks = 32, columns = 144, row = 8192 / static_cast<int64_t>(sizeof(T));
  WeightCut cut = {};
  cut.block = lesser(s.cin, greater(ceilDiv(columns, s.taps), ceilDiv(s.cin * s.groups, tasks)));
  cut.blocks = ceilDiv(s.cin, cut.block);
  cut.parts = lesser(s.batch, ceilDiv(tasks, s.groups * cut.blocks));
  cut.images = greater(1, lesser(row / layout.plane, ceilDiv(s.batch, cut.parts)));
  cut.length = cut.images * layout.plane;
  return cut;
}

/// dw[g, all rows, channels of block] summed over the images of one part, as rows × (channels·taps) in `sums`.
template <class T>
void weightTask(const ConvShape& s, const ConvPlan& plan, const WeightCut& cut, int64_t g, int64_t block, int64_t part, const T* x,
                const T* dy, T* sums) {
  constexpr int64_t L = Simd<T>::lanes;
  static constexpr DotFns<T> dots{};
  const PlaneLayout& layout = plan.planes;
  const ConvJob& job = plan.job[0];
  const int64_t c0 = block * cut.block, channels = lesser(cut.block, s.cin - c0), columns = channels * job.taps;
  const int64_t padded = ceilDiv(cut.length, L) * L;
  const int64_t planesSize = channels * layout.phases * cut.length;
  T* space = static_cast<T*>(scratch(Scratch::convPlanes, sizeof(T) * static_cast<size_t>(layout.front + planesSize + layout.back + L)));
  T* planes = space + layout.front;
  zero(space, layout.front);
  zero(planes + planesSize, layout.back + L);
  T* rows = static_cast<T*>(scratch(Scratch::convOutput, sizeof(T) * static_cast<size_t>(s.cout * padded)));
  int64_t* offsets = static_cast<int64_t*>(scratch(Scratch::convTable, sizeof(int64_t) * static_cast<size_t>(columns)));
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t t = 0; t < job.taps; ++t) {
      offsets[c * job.taps + t] = (c * layout.phases + job.tapPlane[t]) * cut.length + job.tapShift[t];
    }
  }
  const int64_t phase[3] = {0, 0, 0};
  PlaneLayout results = layout;
  results.phases = 1;
  results.phase = phase;
  for (int d = 0; d < 3; ++d) {
    results.source[d] = s.out[d];
    results.step[d] = 1;
  }
  zero(sums, s.cout * columns);
  const int64_t nEnd = (part + 1) * s.batch / cut.parts;
  const int64_t slices = ceilDiv(padded, 8192 / static_cast<int64_t>(sizeof(T)) * 3 / 2);
  const int64_t slice = ceilDiv(ceilDiv(padded, slices), L) * L;
  for (int64_t n = part * s.batch / cut.parts; n < nEnd; n += cut.images) {
    const int64_t images = lesser(cut.images, nEnd - n), used = ceilDiv(images * layout.plane, L) * L;
    for (int64_t c = 0; c < channels; ++c) {
      T* to = planes + c * layout.phases * cut.length;
      for (int64_t i = 0; i < images; ++i) {
        fillPlanes(layout, x + (n + i) * s.xs[0] + (g * s.cin + c0 + c) * s.xs[1], s.xs + 2, to + i * layout.plane, cut.length);
      }
      // Fewer images than planes: what follows the last is padding.
      for (int64_t p = 0; p < layout.phases && images < cut.images; ++p) {
        zero(to + p * cut.length + images * layout.plane, (cut.images - images) * layout.plane);
      }
    }
    for (int64_t m = 0; m < s.cout; ++m) {
      T* to = rows + m * padded;
      for (int64_t i = 0; i < images; ++i) {
        fillPlanes(results, dy + (n + i) * s.ys[0] + (g * s.cout + m) * s.ys[1], s.ys + 2, to + i * layout.plane, 0);
      }
      zero(to + images * layout.plane, padded - images * layout.plane);
    }
    for (int64_t v = 0; v < used; v += slice) {
      for (int64_t m = 0; m < s.cout; m += dotRows) {
        const int64_t r = lesser(dotRows, s.cout - m);
        for (int64_t j = 0; j < columns; j += dotColumns) {
          const int64_t width = lesser(dotColumns, columns - j);
          dots.fn[r - 1][width - 1](lesser(slice, used - v), rows + m * padded + v, padded, planes + v, offsets + j,
                                    sums + m * columns + j, columns);
        }
      }
    }
  }
}

template <class T>
void weightGrad(const ConvShape& s, const ConvPlan& plan, const T* x, const T* dy, T* dw) {
  const ConvJob& job = plan.job[0];
  const WeightCut cut = cutWeights<T>(s, plan.planes);
  const int64_t tasks = s.groups * cut.blocks * cut.parts, size = s.cout * cut.block * job.taps;
  T* sums = static_cast<T*>(scratch(Scratch::convPartial, sizeof(T) * static_cast<size_t>(tasks * size)));
  Pool& pool = Pool::instance();
  pool.parallelFor(tasks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t part = task % cut.parts, block = task / cut.parts % cut.blocks, g = task / cut.parts / cut.blocks;
      weightTask(s, plan, cut, g, block, part, x, dy, sums + task * size);
    }
  });
  pool.parallelFor(s.groups * cut.blocks * s.cout, greater(1, 4096 / greater(1, cut.block * job.taps * cut.parts)),
                   [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t m = task % s.cout, block = task / s.cout % cut.blocks, g = task / s.cout / cut.blocks;
      const int64_t c0 = block * cut.block, channels = lesser(cut.block, s.cin - c0), columns = channels * job.taps;
      T* first = sums + (g * cut.blocks + block) * cut.parts * size + m * columns;
      for (int64_t part = 1; part < cut.parts; ++part) {
        const T* other = first + part * size;
        for (int64_t j = 0; j < columns; ++j) first[j] += other[j];
      }
      T* to = dw + (g * s.cout + m) * s.ws[0] + c0 * s.ws[1];
      for (int64_t c = 0; c < channels; ++c) {
        for (int64_t t = 0; t < job.taps; ++t) to[c * s.ws[1] + job.tapWeight[t]] = first[c * job.taps + t];
      }
    }
  });
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
