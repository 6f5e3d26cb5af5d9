// The weight gradient: dot products of rows of dy with shifted rows of x, over several images at once. Either dy is laid
// out like the planes of x, with zeros where those hold padding, or (*compact*) the shifted rows are copied without it. With
// enough channels the copies pay for a packed product, whose micro-kernel loads less than a block of dot products does.
#pragma once

#include "conv/dots.h"
#include "conv/planes.h"
#include "gemm/driver.h"
#include "pool/pool.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// How the work is cut. It depends on the sizes alone, so that sums come out the same for any number of threads.
struct WeightCut {
  bool product, compact;
  int64_t block, blocks;  // channels per task
  int64_t parts;          // ranges of images, each with sums of its own
  int64_t images;         // laid out side by side
  int64_t image;          // elements of a row of dy per image
  int64_t rowStep, columnStep, size;  // of a task's sums
};

template <class T>
WeightCut cutWeights(const ConvShape& s, const ConvPlan& plan) {
  constexpr int64_t tasks = 32, row = 8192 / static_cast<int64_t>(sizeof(T));
  constexpr double copy = sizeof(T) == 4 ? 12 : 32;
  const int64_t plane = plan.planes.plane, results = plan.job[0].results;
  WeightCut cut = {};
  cut.product = s.cout >= 48 && s.cin * s.taps >= 32 && results > 0;
  const bool sparse = static_cast<double>(plane) > static_cast<double>(results) * (1 + copy / static_cast<double>(s.cout));
  cut.compact = cut.product || (sparse && results > 0);
  cut.block = lesser(s.cin, greater(ceilDiv(cut.product ? 288 : 144, s.taps), ceilDiv(s.cin * s.groups, tasks)));
  cut.blocks = ceilDiv(s.cin, cut.block);
  cut.parts = greater(1, lesser(s.batch, ceilDiv(tasks, s.groups * cut.blocks)));
  cut.image = cut.compact ? results : plane;
  cut.images = greater(1, lesser((cut.compact ? row / 2 : row) / cut.image, ceilDiv(s.batch, cut.parts)));
  const int64_t most = cut.block * s.taps;
  cut.rowStep = cut.product ? most : 1;
  cut.columnStep = cut.product ? 1 : s.cout;
  cut.size = most * s.cout;
  return cut;
}

/// Everything a weight task reads.
template <class T>
struct WeightJob {
  const ConvShape& s;
  const ConvPlan& plan;
  const WeightCut& cut;
  const T* x;
  const T* dy;
};

/// `images` images of x, channels [c0, c0 + channels) of group g, as planes; images the last block lacks are zero.
template <class T>
void fillInputs(const WeightJob<T>& w, int64_t g, int64_t c0, int64_t channels, int64_t n, int64_t images, T* planes) {
  const PlaneLayout& layout = w.plan.planes;
  const int64_t gap = w.cut.images * layout.plane;
  for (int64_t c = 0; c < channels; ++c) {
    T* to = planes + c * layout.phases * gap;
    const T* from = w.x + n * w.s.xs[0] + (g * w.s.cin + c0 + c) * w.s.xs[1];
    for (int64_t i = 0; i < images; ++i) fillPlanes(layout, from + i * w.s.xs[0], w.s.xs + 2, to + i * layout.plane, gap);
    for (int64_t p = 0; p < layout.phases && images < w.cut.images; ++p) {
      zero(to + p * gap + images * layout.plane, (w.cut.images - images) * layout.plane);
    }
  }
}

/// The same images of dy, a row per channel of group g, zero to the end of the row.
template <class T>
void fillResults(const WeightJob<T>& w, int64_t g, int64_t n, int64_t images, T* rows, int64_t padded) {
  const int64_t phase[3] = {0, 0, 0};
  PlaneLayout layout = w.plan.planes;
  layout.phases = 1;
  layout.phase = phase;
  layout.plane = w.cut.image;
  for (int d = 0; d < 3; ++d) {
    layout.source[d] = w.s.out[d];
    layout.step[d] = 1;
    if (w.cut.compact) layout.extent[d] = w.s.out[d];
  }
  const int64_t* strides = w.s.ys + 2;
  const bool dense = w.cut.compact && strides[2] == 1 && strides[1] == w.s.out[2] && (w.s.out[0] == 1 || strides[0] == w.s.out[1] * strides[1]);
  for (int64_t m = 0; m < w.s.cout; ++m) {
    T* to = rows + m * padded;
    const T* from = w.dy + n * w.s.ys[0] + (g * w.s.cout + m) * w.s.ys[1];
    for (int64_t i = 0; i < images; ++i) {
      if (dense) copyRow(from + i * w.s.ys[0], 1, to + i * w.cut.image, w.cut.image);
      else fillPlanes(layout, from + i * w.s.ys[0], w.s.ys + 2, to + i * w.cut.image, 0);
    }
    zero(to + images * w.cut.image, padded - images * w.cut.image);
  }
}

/// A product on the calling thread.
template <class T>
void addProduct(const Problem<T>& problem) {
  const Problem<T> p = oriented(problem);
  const Grid grid = gridOf(p, 1, 1);
  for (int64_t i = 0; i < grid.rows * grid.columns; ++i) runGrid(p, grid, i);
}

/// dw[g, all rows, channels of block] summed over the images of one part, in `sums`.
template <class T>
void weightTask(const WeightJob<T>& w, int64_t g, int64_t block, int64_t part, T* sums) {
  constexpr int64_t L = Simd<T>::lanes;
  const WeightCut& cut = w.cut;
  const PlaneLayout& layout = w.plan.planes;
  const ConvJob& job = w.plan.job[0];
  const int64_t c0 = block * cut.block, channels = lesser(cut.block, w.s.cin - c0), columns = channels * job.taps;
  const int64_t gap = cut.images * layout.plane, size = channels * layout.phases * gap;
  T* space = static_cast<T*>(scratch(Scratch::convPlanes, sizeof(T) * static_cast<size_t>(layout.front + size + layout.back + L)));
  T* planes = space + layout.front;
  zero(space, layout.front);
  zero(planes + size, layout.back + L);
  const int64_t padded = ceilDiv(cut.images * cut.image, L) * L;
  const int64_t longest = (cut.compact ? 4096 : 12288) / static_cast<int64_t>(sizeof(T));
  const int64_t slice = ceilDiv(ceilDiv(padded, greater(1, ceilDiv(padded, longest))), L) * L;
  T* rows = static_cast<T*>(scratch(Scratch::convOutput, sizeof(T) * static_cast<size_t>(w.s.cout * padded)));
  int64_t* offsets = static_cast<int64_t*>(scratch(Scratch::convTable, 2 * sizeof(int64_t) * static_cast<size_t>(columns)));
  int64_t* copied = offsets + columns;
  T* copies = !cut.compact ? nullptr : static_cast<T*>(scratch(Scratch::convCopies, sizeof(T) * static_cast<size_t>(columns * slice)));
  for (int64_t j = 0; j < columns; ++j) {
    const int64_t t = j % job.taps;
    offsets[j] = (j / job.taps * layout.phases + job.tapPlane[t]) * gap + job.tapShift[t];
    copied[j] = j * slice;
  }
  zero(sums, cut.size);
  const int64_t nEnd = (part + 1) * w.s.batch / cut.parts;
  for (int64_t n = part * w.s.batch / cut.parts; n < nEnd; n += cut.images) {
    const int64_t images = lesser(cut.images, nEnd - n), used = ceilDiv(images * cut.image, L) * L;
    fillInputs(w, g, c0, channels, n, images, planes);
    fillResults(w, g, n, images, rows, padded);
    for (int64_t v = 0; v < used; v += slice) {
      const int64_t length = lesser(slice, used - v);
      if (!cut.compact) {
        dotBlock(length, rows + v, padded, w.s.cout, planes + v, offsets, columns, sums, cut.columnStep, false);
        continue;
      }
      for (int64_t at = 0; at < length; at += L) {
        compactVector(planes, offsets, columns, job.positions + v + at, copies + at, slice);
      }
      if (cut.product) {
        addProduct<T>({w.s.cout, columns, length, rows + v, padded, 1, copies, 1, slice, sums, cut.rowStep, cut.columnStep, true,
                       nullptr, 0, nullptr, 0});
      } else {
        dotBlock(length, rows + v, padded, w.s.cout, copies, copied, columns, sums, cut.columnStep, true);
      }
    }
  }
}

template <class T>
void weightGrad(const ConvShape& s, const T* x, const T* dy, T* dw) {
  constexpr int64_t L = Simd<T>::lanes;
  ConvPlan* plan = planForward(s, PlanOptions{L, false, 1});
  const WeightCut cut = cutWeights<T>(s, *plan);
  if (cut.compact) {
    freePlan(plan);
    plan = planForward(s, PlanOptions{L, true, cut.images});
  }
  const WeightJob<T> job = {s, *plan, cut, x, dy};
  const int64_t taps = s.taps, tasks = s.groups * cut.blocks * cut.parts;
  T* sums = static_cast<T*>(scratch(Scratch::convPartial, sizeof(T) * static_cast<size_t>(tasks * cut.size)));
  Pool& pool = Pool::instance();
  pool.parallelFor(tasks, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      weightTask(job, task / cut.parts / cut.blocks, task / cut.parts % cut.blocks, task % cut.parts, sums + task * cut.size);
    }
  });
  const int64_t* tapWeight = plan->job[0].tapWeight;
  pool.parallelFor(s.groups * cut.blocks * s.cout, greater(1, 8192 / (cut.block * taps * cut.parts)), [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t m = task % s.cout, block = task / s.cout % cut.blocks, g = task / s.cout / cut.blocks;
      const int64_t c0 = block * cut.block, columns = lesser(cut.block, s.cin - c0) * taps;
      T* first = sums + (g * cut.blocks + block) * cut.parts * cut.size + m * cut.rowStep;
      for (int64_t part = 1; part < cut.parts; ++part) {
        const T* other = first + part * cut.size;
        for (int64_t j = 0; j < columns; ++j) first[j * cut.columnStep] += other[j * cut.columnStep];
      }
      T* to = dw + (g * s.cout + m) * s.ws[0] + c0 * s.ws[1];
      for (int64_t j = 0, t = 0; j < columns; ++j) {
        to[tapWeight[t]] = first[j * cut.columnStep];
        if (++t == taps) t = 0, to += s.ws[1];
      }
    }
  });
  freePlan(plan);
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
