// Max and average pooling over one to three dimensions. A row of outputs is computed at a time, one tap of the window
// after the other in row-major order, so that the inner loops run along the row.
#include <algorithm>
#include <vector>

#include "kernels/clones.h"
#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "kernels/max_rows.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

constexpr int64_t grain = 1 << 13;

// One spatial dimension. `low..high` of an output position: the taps that fall inside the input.
struct Window {
  int64_t in, out, size, stride, padding, dilation;
  bool adaptive;

  int64_t start(int64_t o) const { return adaptive ? o * in / out : o * stride - padding; }
  int64_t taps(int64_t o) const { return adaptive ? ((o + 1) * in + out - 1) / out - start(o) : size; }
  int64_t low(int64_t o) const {
    const int64_t s = start(o);
    return s >= 0 ? 0 : (-s + dilation - 1) / dilation;
  }
  int64_t high(int64_t o) const { return reach(o, in); }
  // Taps before position `end`.
  int64_t reach(int64_t o, int64_t end) const {
    const int64_t s = start(o);
    return s >= end ? 0 : std::min(taps(o), (end - s + dilation - 1) / dilation);
  }
  // Taps that count where padding counts: a window that reaches beyond the padding is cut off there.
  int64_t counted(int64_t o) const { return adaptive ? taps(o) : reach(o, in + padding); }
};

struct Pooling {
  int op;
  bool max, backward, countPadding, hasIndices;
  double divisor;
  Window windows[3];
  View x, y, indices;
  // Spatial strides, three dimensions always; missing ones are of size 1.
  int64_t xs[3], ys[3], is[3];
  int64_t channels;

  int64_t planes() const { return y.shape[0] * channels; }
  int64_t inputSize() const { return windows[0].in * windows[1].in * windows[2].in; }
  int64_t outputSize() const { return windows[0].out * windows[1].out * windows[2].out; }
  static int64_t plane(const View& v, int64_t p, int64_t channels) {
    return p / channels * v.strides[0] + p % channels * v.strides[1];
  }
  double counted(int d, int64_t o) const {
    const Window& w = windows[d];
    return static_cast<double>(countPadding ? w.counted(o) : std::max<int64_t>(0, w.high(o) - w.low(o)));
  }
  // What a sum is divided by, in two steps: the two outer dimensions, then the position within the row.
  double divideRows(int64_t a, int64_t b) const { return counted(0, a) * counted(1, b); }
  double divide(double rows, int64_t o) const { return divisor != 0 ? divisor : rows * counted(2, o); }
};

template <typename T>
using Sum = std::conditional_t<std::is_same_v<T, double>, double, std::conditional_t<isFloating<T>, float, int64_t>>;

template <typename T>
Sum<T> quotient(Sum<T> sum, double divisor) {
  if constexpr (isFloating<T>) return sum / static_cast<Sum<T>>(divisor);
  else return divisor == 0 ? 0 : sum / static_cast<int64_t>(divisor);
}

int64_t loadPosition(const View& view, int64_t offset) {
  if (view.dtype == DType::Int64) return reinterpret_cast<const int64_t*>(view.data)[offset];
  return reinterpret_cast<const int32_t*>(view.data)[offset];
}
void storePosition(const View& view, int64_t offset, int64_t value) {
  if (view.dtype == DType::Int64) reinterpret_cast<int64_t*>(view.data)[offset] = value;
  else reinterpret_cast<int32_t*>(view.data)[offset] = static_cast<int32_t>(value);
}

// For every tap (i, j, k) of output row (a, b) that is inside the input in the two outer dimensions.
template <typename Tap>
void forTapRows(const Pooling& p, int64_t a, int64_t b, Tap&& tap) {
  const Window &w0 = p.windows[0], &w1 = p.windows[1];
  for (int64_t i = w0.low(a); i < w0.high(a); ++i) {
    for (int64_t j = w1.low(b); j < w1.high(b); ++j) tap(w0.start(a) + i * w0.dilation, w1.start(b) + j * w1.dilation);
  }
}

// The outputs [first, end) whose tap k is inside the input, for windows that do not adapt.
void outputsOf(const Window& w, int64_t k, int64_t& first, int64_t& end) {
  const int64_t shift = k * w.dilation - w.padding;
  first = shift >= 0 ? 0 : (-shift + w.stride - 1) / w.stride;
  const int64_t room = w.in - 1 - shift;
  end = room < 0 ? 0 : std::min(w.out, room / w.stride + 1);
}

// One tap of a row of maxima for the commonest memory: `at` is the position of `x`'s first element.
template <int stride>
inline void maxTap(const float* x, int32_t at, int64_t n, float* best, int32_t* where) {
  for (int64_t o = 0; o < n; ++o) {
    const float value = x[o * stride];
    const bool better = (value > best[o]) | (value != value) | (where[o] < 0);
    best[o] = better ? value : best[o];
    where[o] = better ? at + static_cast<int32_t>(o) * stride : where[o];
  }
}
FLAMBEAU_CLONES void maxTap1(const float* x, int32_t at, int64_t n, float* best, int32_t* where) { maxTap<1>(x, at, n, best, where); }
FLAMBEAU_CLONES void maxTap2(const float* x, int32_t at, int64_t n, float* best, int32_t* where) { maxTap<2>(x, at, n, best, where); }

// visit(output position, input position) along one output row, taps in order for each output.
template <typename Visit>
void forRow(const Window& w, Visit&& visit) {
  if (w.adaptive) {
    for (int64_t o = 0; o < w.out; ++o) {
      const int64_t start = w.start(o), taps = w.taps(o);
      for (int64_t k = 0; k < taps; ++k) visit(o, start + k);
    }
    return;
  }
  for (int64_t k = 0; k < w.size; ++k) {
    int64_t first, end;
    outputsOf(w, k, first, end);
    const int64_t shift = k * w.dilation - w.padding;
    for (int64_t o = first; o < end; ++o) visit(o, o * w.stride + shift);
  }
}

// The function for rows whose windows are small squares inside the input, in the commonest memory; null for others.
MaxRow maxRowOf(const Pooling& p) {
  const Window &w0 = p.windows[0], &w1 = p.windows[1], &w2 = p.windows[2];
  const auto inside = [](const Window& w) {
    return !w.adaptive && w.padding == 0 && w.dilation == 1 && (w.out - 1) * w.stride + w.size <= w.in;
  };
  const bool square = w0.in == 1 && w0.size == 1 && inside(w0) && inside(w1) && inside(w2) && w1.size == w2.size && w1.stride == w2.stride;
  const bool dense = p.xs[2] == 1 && p.ys[2] == 1 && p.hasIndices && p.is[2] == 1 && p.indices.dtype == DType::Int32;
  return square && dense ? maxRow(w1.size, w1.stride) : nullptr;
}

void maxForwardRows(const Pooling& p, int64_t plane, MaxRow row) {
  const Window& w1 = p.windows[1];
  const float* x = reinterpret_cast<const float*>(p.x.data) + Pooling::plane(p.x, plane, p.channels);
  float* y = reinterpret_cast<float*>(p.y.data) + Pooling::plane(p.y, plane, p.channels);
  int32_t* where = reinterpret_cast<int32_t*>(p.indices.data) + Pooling::plane(p.indices, plane, p.channels);
  const auto width = static_cast<int32_t>(p.windows[2].in);
  for (int64_t o = 0; o < w1.out; ++o) {
    const int64_t i = o * w1.stride;
    row(x + i * p.xs[1], p.xs[1], static_cast<int32_t>(i) * width, width, p.windows[2].out, y + o * p.ys[1], where + o * p.is[1]);
  }
}

// `Position` is wide enough for the positions of a plane.
template <typename T, typename Position>
void maxForward(const Pooling& p, int64_t plane, std::vector<Sum<T>>& best, std::vector<Position>& where) {
  const Window& w2 = p.windows[2];
  const T* x = reinterpret_cast<const T*>(p.x.data) + Pooling::plane(p.x, plane, p.channels);
  T* y = reinterpret_cast<T*>(p.y.data) + Pooling::plane(p.y, plane, p.channels);
  const int64_t ip = p.hasIndices ? Pooling::plane(p.indices, plane, p.channels) : 0;
  const auto lowest = std::numeric_limits<Sum<T>>::has_infinity ? -std::numeric_limits<Sum<T>>::infinity()
                                                               : std::numeric_limits<Sum<T>>::lowest();
  for (int64_t a = 0; a < p.windows[0].out; ++a) {
    for (int64_t b = 0; b < p.windows[1].out; ++b) {
      std::fill(best.begin(), best.end(), lowest);
      std::fill(where.begin(), where.end(), Position{-1});
      forTapRows(p, a, b, [&](int64_t i0, int64_t i1) {
        const T* row = x + i0 * p.xs[0] + i1 * p.xs[1];
        const int64_t rowPosition = (i0 * p.windows[1].in + i1) * w2.in;
        Sum<T>* m = best.data();
        Position* at = where.data();
        if constexpr (std::is_same_v<T, float> && std::is_same_v<Position, int32_t>) {
          if (!w2.adaptive && p.xs[2] == 1 && (w2.stride == 1 || w2.stride == 2)) {
            for (int64_t k = 0; k < w2.size; ++k) {
              int64_t first, end;
              outputsOf(w2, k, first, end);
              if (end <= first) continue;
              const int64_t i2 = first * w2.stride + k * w2.dilation - w2.padding;
              (w2.stride == 1 ? maxTap1 : maxTap2)(row + i2, static_cast<int32_t>(rowPosition + i2), end - first, m + first,
                                                   at + first);
            }
            return;
          }
        }
        forRow(w2, [=](int64_t o, int64_t i2) {
          const auto value = static_cast<Sum<T>>(row[i2 * p.xs[2]]);
          const bool better = value > m[o] || value != value || at[o] < 0;
          m[o] = better ? value : m[o];
          at[o] = better ? static_cast<Position>(rowPosition + i2) : at[o];
        });
      });
      T* out = y + a * p.ys[0] + b * p.ys[1];
      for (int64_t o = 0; o < w2.out; ++o) out[o * p.ys[2]] = convertTo<T>(best[static_cast<size_t>(o)]);
      if (!p.hasIndices) continue;
      const int64_t to = ip + a * p.is[0] + b * p.is[1];
      for (int64_t o = 0; o < w2.out; ++o) storePosition(p.indices, to + o * p.is[2], where[static_cast<size_t>(o)]);
    }
  }
}

template <typename T>
void averageForward(const Pooling& p, int64_t plane, std::vector<Sum<T>>& sums) {
  const Window& w2 = p.windows[2];
  const T* x = reinterpret_cast<const T*>(p.x.data) + Pooling::plane(p.x, plane, p.channels);
  T* y = reinterpret_cast<T*>(p.y.data) + Pooling::plane(p.y, plane, p.channels);
  for (int64_t a = 0; a < p.windows[0].out; ++a) {
    for (int64_t b = 0; b < p.windows[1].out; ++b) {
      std::fill(sums.begin(), sums.end(), Sum<T>(0));
      forTapRows(p, a, b, [&](int64_t i0, int64_t i1) {
        const T* row = x + i0 * p.xs[0] + i1 * p.xs[1];
        Sum<T>* s = sums.data();
        forRow(w2, [=](int64_t o, int64_t i2) { s[o] += static_cast<Sum<T>>(row[i2 * p.xs[2]]); });
      });
      T* out = y + a * p.ys[0] + b * p.ys[1];
      const double rows = p.divideRows(a, b);
      for (int64_t o = 0; o < w2.out; ++o) {
        out[o * p.ys[2]] = convertTo<T>(quotient<T>(sums[static_cast<size_t>(o)], p.divide(rows, o)));
      }
    }
  }
}

// Gathers the gradient of a plane in `sums`, which has the plane's input size. False for a bad index, left in `bad`.
template <typename T>
bool backwardPlane(const Pooling& p, int64_t plane, std::vector<Sum<T>>& sums, int64_t& bad) {
  const Window& w2 = p.windows[2];
  const T* y = reinterpret_cast<const T*>(p.y.data) + Pooling::plane(p.y, plane, p.channels);
  const int64_t ip = p.hasIndices ? Pooling::plane(p.indices, plane, p.channels) : 0;
  const int64_t size = p.inputSize();
  bool good = true;
  std::fill(sums.begin(), sums.end(), Sum<T>(0));
  for (int64_t a = 0; a < p.windows[0].out; ++a) {
    for (int64_t b = 0; b < p.windows[1].out; ++b) {
      const T* row = y + a * p.ys[0] + b * p.ys[1];
      if (p.max) {
        const int64_t from = ip + a * p.is[0] + b * p.is[1];
        for (int64_t o = 0; o < w2.out; ++o) {
          const int64_t at = loadPosition(p.indices, from + o * p.is[2]);
          if (at >= 0 && at < size) {
            sums[static_cast<size_t>(at)] += static_cast<Sum<T>>(row[o * p.ys[2]]);
          } else if (good && at != -1) {  // -1: the window held nothing but padding
            bad = at;
            good = false;
          }
        }
        continue;
      }
      const double rows = p.divideRows(a, b);
      forTapRows(p, a, b, [&](int64_t i0, int64_t i1) {
        Sum<T>* s = sums.data() + (i0 * p.windows[1].in + i1) * w2.in;
        forRow(w2, [&](int64_t o, int64_t i2) {
          s[i2] += quotient<T>(static_cast<Sum<T>>(row[o * p.ys[2]]), p.divide(rows, o));
        });
      });
    }
  }
  return good;
}

template <typename T>
void storePlane(const Pooling& p, int64_t plane, const std::vector<Sum<T>>& sums) {
  T* x = reinterpret_cast<T*>(p.x.data) + Pooling::plane(p.x, plane, p.channels);
  size_t at = 0;
  for (int64_t a = 0; a < p.windows[0].in; ++a) {
    for (int64_t b = 0; b < p.windows[1].in; ++b) {
      T* row = x + a * p.xs[0] + b * p.xs[1];
      for (int64_t c = 0; c < p.windows[2].in; ++c) row[c * p.xs[2]] = convertTo<T>(sums[at++]);
    }
  }
}

template <typename T, typename Position>
void pool(const Pooling& p, Runtime& runtime) {
  const int64_t taps = p.windows[0].taps(0) * p.windows[1].taps(0) * p.windows[2].taps(0);
  const int64_t each = std::max<int64_t>(1, p.outputSize() * taps);
  const MaxRow row = std::is_same_v<T, float> && p.max && !p.backward ? maxRowOf(p) : nullptr;
  Pool::instance().parallelFor(p.planes(), 1 + grain / each, [&](int64_t begin, int64_t end) {
    const auto width = static_cast<size_t>(p.windows[2].out);
    std::vector<Sum<T>> sums(p.backward ? static_cast<size_t>(p.inputSize()) : width);
    std::vector<Position> where(p.max && !p.backward ? width : 0);
    for (int64_t plane = begin; plane < end; ++plane) {
      int64_t bad = 0;
      if (p.backward) {
        if (!backwardPlane<T>(p, plane, sums, bad)) {
          runtime.fail({ErrorCode::IndexOutOfRange, p.op, bad, p.inputSize(), 2});
        }
        storePlane<T>(p, plane, sums);
      } else if (row != nullptr) {
        maxForwardRows(p, plane, row);
      } else if (p.max) {
        maxForward<T, Position>(p, plane, sums, where);
      } else {
        averageForward<T>(p, plane, sums);
      }
    }
  });
}

// Puts what there is of spatial dimensions behind dimensions of size 1.
void spatialStrides(const View& view, int spatial, int64_t (&strides)[3]) {
  for (int d = 0; d < 3; ++d) strides[d] = d < 3 - spatial ? 0 : view.strides[2 + d - (3 - spatial)];
}

}  // namespace

void poolCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  Pooling p;
  p.op = static_cast<int>(cursor.integer());
  p.max = cursor.flag();
  p.backward = cursor.flag();
  const bool adaptive = cursor.flag();
  p.countPadding = cursor.flag();
  p.divisor = cursor.number();
  const int spatial = static_cast<int>(cursor.integer());
  for (Window& w : p.windows) w = {1, 1, 1, 1, 0, 1, false};
  Window* windows = p.windows + (3 - spatial);
  for (int d = 0; d < spatial; ++d) windows[d].size = cursor.integer();
  for (int d = 0; d < spatial; ++d) windows[d].stride = cursor.integer();
  for (int d = 0; d < spatial; ++d) windows[d].padding = cursor.integer();
  for (int d = 0; d < spatial; ++d) windows[d].dilation = cursor.integer();
  p.hasIndices = cursor.flag();
  p.x = cursor.view(runtime);
  p.y = cursor.view(runtime);
  p.indices = p.hasIndices ? cursor.view(runtime) : p.y;
  for (int d = 0; d < spatial; ++d) {
    windows[d].in = p.x.shape[2 + d];
    windows[d].out = p.y.shape[2 + d];
    windows[d].adaptive = adaptive;
    if (adaptive) windows[d].padding = 0, windows[d].dilation = 1;
  }
  p.channels = p.y.shape[1];
  spatialStrides(p.x, spatial, p.xs);
  spatialStrides(p.y, spatial, p.ys);
  spatialStrides(p.indices, spatial, p.is);
  if (p.planes() == 0 || (p.backward ? p.inputSize() : p.outputSize()) == 0) return;
  if (adaptive && p.outputSize() == 0) {
    // Only zeros are to be written; adaptive windows would divide by the number of outputs.
    for (int d = 0; d < spatial; ++d) windows[d].adaptive = false;
  }
  withType(p.y.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (!std::is_same_v<T, Bool>) {
      if (p.inputSize() <= std::numeric_limits<int32_t>::max()) pool<T, int32_t>(p, runtime);
      else pool<T, int64_t>(p, runtime);
    }
  });
}

}  // namespace flambeau
