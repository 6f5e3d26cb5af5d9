// The forward direction and the input gradient: for every image and group, a product of packed weights with the
// planes of the image, which the micro-kernel reads through a table of tap offsets.
#pragma once

#include "conv/planes.h"
#include "gemm/pack.h"
#include "gemm/tile.h"
#include "pool/pool.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int64_t convDepthBytes = 3072;
#else
constexpr int64_t convDepthBytes = 1536;
#endif

/// Operands by role: result rows are output channels forward and input channels in the gradient.
template <class T>
struct Correlation {
  const ConvPlan* plan;
  int64_t batch, groups, channels, rows;
  const T* source;
  int64_t sourceImage, sourceChannel;
  const int64_t* sourceStrides;
  const T* weights;
  int64_t weightGroup, weightRow, weightChannel;
  T* result;
  int64_t resultImage, resultRow;
  const T* bias;  // per result row
  int64_t biasStride;
};

/// A job with its packed weights (of every group) and tap offsets.
template <class T>
struct ReadyJob {
  const ConvJob* job;
  const int64_t* offsets;
  const T* weights;
  int64_t k, depths, depth;
};

inline int64_t panelStart(int64_t panel, int64_t panels, int64_t rows) { return panel * rows / panels; }

template <class T>
void packWeights(const Correlation<T>& c, const ReadyJob<T>& ready, T* packed) {
  const ConvJob& job = *ready.job;
  const int64_t panels = ceilDiv(c.rows, tileRows), k = ready.k;
  bool adjacent = c.weightChannel == job.taps;
  for (int64_t t = 0; t < job.taps; ++t) adjacent = adjacent && job.tapWeight[t] == t;
  Pool::instance().parallelFor(c.groups * panels, greater(1, 8192 / greater(1, k)), [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t g = task / panels, i0 = panelStart(task % panels, panels, c.rows);
      const int64_t rows = panelStart(task % panels + 1, panels, c.rows) - i0;
      const T* from = c.weights + g * c.weightGroup + i0 * c.weightRow;
      T* to = packed + g * c.rows * k;
      for (int64_t k0 = 0; k0 < k; k0 += ready.depth) {
        const int64_t kc = lesser(ready.depth, k - k0);
        T* block = to + c.rows * k0 + i0 * kc;
        if (adjacent) {
          pack(from + k0, c.weightRow, 1, block, rows, rows, kc);
          continue;
        }
        for (int64_t p = 0, channel = k0 / job.taps, t = k0 % job.taps; p < kc; ++p) {
          const T* w = from + channel * c.weightChannel + job.tapWeight[t];
          for (int64_t i = 0; i < rows; ++i) block[p * rows + i] = w[i * c.weightRow];
          if (++t == job.taps) t = 0, ++channel;
        }
      }
    }
  });
}

/// Moves the results among `vectors` vectors of each row of a tile to where they belong.
template <class T>
inline void writeRuns(const ConvJob& job, int64_t v0, int64_t vectors, const T* tile, int64_t width, int64_t rows, T* out,
                      int64_t outRow) {
  constexpr int64_t L = Simd<T>::lanes;
  for (int64_t v = 0; v < vectors; ++v) {
    const Run* last = job.runs + job.firstRun[v0 + v + 1];
    for (const Run* run = job.runs + job.firstRun[v0 + v]; run < last; ++run) {
      const T* from = tile + v * L + run->lane;
      T* to = out + run->out;
      const int count = static_cast<int>(run->count);
      if (job.outStep != 1) {
        for (int64_t i = 0; i < rows; ++i) {
          for (int j = 0; j < count; ++j) to[i * outRow + j * job.outStep] = from[i * width + j];
        }
      } else if (count == L) {
        for (int64_t i = 0; i < rows; ++i) store(to + i * outRow, load(from + i * width));
      } else {
        for (int64_t i = 0; i < rows; ++i) storePart(to + i * outRow, loadPart(from + i * width, count), count);
      }
    }
  }
}

constexpr int wideVectors = 8;

/// A single result row over eight vectors: a tile of one row would wait for its own sums.
template <class T>
void wideRow(int64_t k, const T* w, const int64_t* offsets, const T* plane, const int64_t* start, T bias, T* out) {
  Vec<T> acc[wideVectors];
  const T* base[wideVectors];
#pragma GCC unroll 8
  for (int j = 0; j < wideVectors; ++j) {
    acc[j] = Vec<T>{} + bias;
    base[j] = plane + start[j];
  }
  for (int64_t p = 0; p < k; ++p) {
    const T x = w[p];
    const int64_t offset = offsets[p];
#pragma GCC unroll 8
    for (int j = 0; j < wideVectors; ++j) acc[j] += x * load(base[j] + offset);
  }
#pragma GCC unroll 8
  for (int j = 0; j < wideVectors; ++j) store(out + j * Simd<T>::lanes, acc[j]);
}

/// Vectors [v0, v1) of a job for the panels [p0, p1) of group g of the images from n on.
template <class T>
void runJob(const Correlation<T>& c, const ReadyJob<T>& ready, const T* planes, int64_t n, int64_t g, int64_t v0, int64_t v1,
            int64_t p0, int64_t p1) {
  constexpr int64_t L = Simd<T>::lanes;
  const ConvJob& job = *ready.job;
  const int64_t panels = ceilDiv(c.rows, tileRows);
  const int64_t rowBegin = panelStart(p0, panels, c.rows), rowsAll = panelStart(p1, panels, c.rows) - rowBegin;
  // With several depth blocks the sums wait in a buffer that must stay in the second-level cache.
  const bool compact = job.positions != nullptr;
  const int64_t most = ready.depths > 1 ? greater(2, lesser(32, 524288 / (rowsAll * vectorBytes)) & ~int64_t{1}) : compact ? 16 : 32;
  const int64_t chunk = lesser(most, (v1 - v0 + 1) & ~int64_t{1});
  const int64_t width = ready.depths > 1 ? chunk * L : greater(wideVectors, tileVectors) * L;
  const int64_t bufferRows = ready.depths > 1 ? rowsAll : tileRows;
  T* buffer = static_cast<T*>(scratch(Scratch::convOutput, sizeof(T) * static_cast<size_t>(bufferRows * width + L)));
  const T* weights = ready.weights + g * c.rows * ready.k;
  T* result = c.result + n * c.resultImage + g * c.rows * c.resultRow;
  const bool wide = c.rows == 1 && ready.depths == 1 && !compact;
  constexpr int64_t strip = tileColumns<T>;
  T* packed = !compact ? nullptr : static_cast<T*>(scratch(Scratch::gemmB, sizeof(T) * static_cast<size_t>(chunk * L * ready.depth)));
  for (int64_t c0 = v0; c0 < v1; c0 += chunk) {
    const int64_t cv = lesser(chunk, v1 - c0);
    for (int64_t step = 0, k0 = 0; step < ready.depths; ++step, k0 += ready.depth) {
      const int64_t kc = lesser(ready.depth, ready.k - k0);
      const bool lastStep = step == ready.depths - 1;
      for (int64_t v = 0; v < cv && compact; ++v) {
        compactVector(planes, ready.offsets + k0, kc, job.positions + (c0 + v) * L,
                      packed + v / tileVectors * strip * kc + v % tileVectors * L, strip);
      }
      for (int64_t panel = p0; panel < p1; ++panel) {
        const int64_t i0 = panelStart(panel, panels, c.rows), rows = panelStart(panel + 1, panels, c.rows) - i0;
        T bias[tileRows];
        if (c.bias) {
          for (int64_t i = 0; i < rows; ++i) bias[i] = c.bias[(g * c.rows + i0 + i) * c.biasStride];
        }
        T* out = result + i0 * c.resultRow;
        TileIn<T> in = {};
        in.k = kc;
        in.a = weights + c.rows * k0 + i0 * kc;
        in.as = rows;
        in.bs = strip;
        in.offsets = ready.offsets + k0;
        for (int64_t v = 0; v < cv;) {
          if (wide && v + wideVectors <= cv) {
            wideRow(kc, in.a, in.offsets, planes, job.start + c0 + v, c.bias ? bias[0] : T(0), buffer);
            writeRuns(job, c0 + v, wideVectors, buffer, width, 1, out, c.resultRow);
            v += wideVectors;
            continue;
          }
          const int64_t vectors = lesser(tileVectors, cv - v);
          for (int64_t j = 0; j < vectors; ++j) in.b[j] = planes + job.start[c0 + v + j];
          if (compact) in.b[0] = packed + v / tileVectors * strip * kc;
          T* tileAt = ready.depths > 1 ? buffer + (i0 - rowBegin) * width + v * L : buffer;
          const TileOut<T> to = {tileAt, width, step > 0, static_cast<int>(L), nullptr, c.bias && step == 0 ? bias : nullptr};
          const TileFn<T> fn = compact ? tileFn<T, ALayout::rows, BLayout::whole>(rows, vectors)
                                       : tileFn<T, ALayout::rows, BLayout::table>(rows, vectors);
          fn(in, to);
          if (lastStep) writeRuns(job, c0 + v, vectors, tileAt, width, rows, out, c.resultRow);
          v += vectors;
        }
      }
    }
  }
}

template <class T>
void fillChannels(const Correlation<T>& c, int64_t n, int64_t g, T* planes, int64_t begin, int64_t end) {
  const PlaneLayout& layout = c.plan->planes;
  const int64_t images = c.plan->images, gap = images * layout.plane;
  for (int64_t channel = begin; channel < end; ++channel) {
    for (int64_t i = 0; i < images; ++i) {
      const T* source = c.source + (n + i) * c.sourceImage + (g * c.channels + channel) * c.sourceChannel;
      fillPlanes(layout, source, c.sourceStrides, planes + channel * layout.phases * gap + i * layout.plane, gap);
    }
  }
}

/// Room for the planes of one group of the images that a plan takes together, margins cleared; the result points at the first plane.
template <class T>
T* planeSpace(const Correlation<T>& c) {
  const PlaneLayout& layout = c.plan->planes;
  const int64_t size = c.channels * layout.phases * layout.plane * c.plan->images;
  T* space = static_cast<T*>(scratch(Scratch::convPlanes, sizeof(T) * static_cast<size_t>(layout.front + size + layout.back)));
  zero(space, layout.front);
  zero(space + layout.front + size, layout.back);
  return space + layout.front;
}

template <class T>
void correlate(const Correlation<T>& c) {
  constexpr int64_t maxDepth = convDepthBytes / static_cast<int64_t>(sizeof(T));
  const ConvPlan& plan = *c.plan;
  const PlaneLayout& layout = plan.planes;
  int64_t weightCount = 0, tableCount = 0;
  for (int64_t j = 0; j < plan.jobs; ++j) {
    tableCount += c.channels * plan.job[j].taps;
    weightCount += c.groups * c.rows * c.channels * plan.job[j].taps;
  }
  const size_t readyBytes = sizeof(ReadyJob<T>) * static_cast<size_t>(plan.jobs);
  char* table = static_cast<char*>(scratch(Scratch::convTable, readyBytes + sizeof(int64_t) * static_cast<size_t>(tableCount)));
  ReadyJob<T>* ready = reinterpret_cast<ReadyJob<T>*>(table);
  int64_t* offsets = reinterpret_cast<int64_t*>(table + readyBytes);
  T* weights = static_cast<T*>(scratch(Scratch::convWeights, sizeof(T) * static_cast<size_t>(weightCount + 2 * tileColumns<T>)));
  for (int64_t j = 0; j < plan.jobs; ++j) {
    const ConvJob& job = plan.job[j];
    const int64_t k = c.channels * job.taps, depths = greater(1, ceilDiv(k, maxDepth));
    ready[j] = {&job, offsets, weights, k, depths, greater(1, ceilDiv(k, depths))};
    for (int64_t channel = 0; channel < c.channels; ++channel) {
      for (int64_t t = 0; t < job.taps; ++t) *offsets++ = (channel * layout.phases + job.tapPlane[t]) * layout.plane * plan.images + job.tapShift[t];
    }
    packWeights(c, ready[j], weights);
    weights += c.groups * c.rows * k;
  }
  Pool& pool = Pool::instance();
  const int64_t items = c.batch / plan.images * c.groups, panels = ceilDiv(c.rows, tileRows);
  const int threads = Pool::inside() ? 1 : pool.threads();
  if (threads == 1 || items >= 2 * threads) {
    const double work = static_cast<double>(layout.plane * plan.images) * static_cast<double>(c.rows * greater(1, ready[0].k));
    pool.parallelFor(items, greater(1, static_cast<int64_t>(1e5 / (work + 1))), [&](int64_t begin, int64_t end) {
      T* planes = planeSpace(c);
      for (int64_t item = begin; item < end; ++item) {
        const int64_t n = item / c.groups * plan.images, g = item % c.groups;
        fillChannels(c, n, g, planes, 0, c.channels);
        for (int64_t j = 0; j < plan.jobs; ++j) {
          runJob(c, ready[j], planes, n, g, 0, ready[j].job->vectors, 0, panels);
        }
      }
    });
    return;
  }
  T* planes = planeSpace(c);
  for (int64_t item = 0; item < items; ++item) {
    const int64_t n = item / c.groups * plan.images, g = item % c.groups;
    pool.parallelFor(c.channels, greater(1, 8192 / layout.plane),
                     [&](int64_t begin, int64_t end) { fillChannels(c, n, g, planes, begin, end); });
    for (int64_t j = 0; j < plan.jobs; ++j) {
      const int64_t vectors = ready[j].job->vectors;
      const int64_t columnCuts = greater(1, lesser(4 * threads, vectors / 8));
      const int64_t columnStep = (ceilDiv(vectors, columnCuts) + 1) & ~int64_t{1};
      const int64_t rowCuts = greater(1, lesser(panels, ceilDiv(2 * threads, columnCuts)));
      pool.parallelFor(columnCuts * rowCuts, 1, [&](int64_t begin, int64_t end) {
        for (int64_t task = begin; task < end; ++task) {
          const int64_t v0 = task / rowCuts * columnStep, v1 = lesser(vectors, v0 + columnStep);
          const int64_t r = task % rowCuts;
          if (v0 < v1) runJob(c, ready[j], planes, n, g, v0, v1, r * panels / rowCuts, (r + 1) * panels / rowCuts);
        }
      });
    }
  }
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
