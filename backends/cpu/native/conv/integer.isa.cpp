// Convolution of integers, which wraps in their own type: direct loops, as nobody trains in integers.
#include "conv/internal.h"
#include "gemm/simd.h"
#include "pool/pool.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

/// The kernel positions [low, high) for which 0 ≤ base + k·dilation < size.
struct Span {
  int64_t low, high;
};

inline Span spanOf(int64_t base, int64_t dilation, int64_t size, int64_t kernel) {
  const int64_t low = base >= 0 ? 0 : ceilDiv(-base, dilation);
  const int64_t high = base >= size ? 0 : lesser(kernel, ceilDiv(size - base, dilation));
  return {low, high};
}

/// Calls f(x offset, w offset) for every product that enters the result position `out` of one channel pair.
template <class F>
inline void eachTap(const ConvShape& s, const int64_t out[3], F f) {
  int64_t base[3];
  Span span[3];
  for (int d = 0; d < 3; ++d) {
    base[d] = out[d] * s.stride[d] - s.padding[d];
    span[d] = spanOf(base[d], s.dilation[d], s.in[d], s.kernel[d]);
  }
  for (int64_t a = span[0].low; a < span[0].high; ++a) {
    for (int64_t b = span[1].low; b < span[1].high; ++b) {
      for (int64_t c = span[2].low; c < span[2].high; ++c) {
        f((base[0] + a * s.dilation[0]) * s.xs[2] + (base[1] + b * s.dilation[1]) * s.xs[3] + (base[2] + c * s.dilation[2]) * s.xs[4],
          a * s.ws[2] + b * s.ws[3] + c * s.ws[4]);
      }
    }
  }
}

/// Calls f(position) for every position of `sizes`.
template <class F>
inline void eachPosition(const int64_t sizes[3], F f) {
  int64_t at[3];
  for (at[0] = 0; at[0] < sizes[0]; ++at[0]) {
    for (at[1] = 0; at[1] < sizes[1]; ++at[1]) {
      for (at[2] = 0; at[2] < sizes[2]; ++at[2]) f(at);
    }
  }
}

inline int64_t place(const int64_t at[3], const int64_t* strides) { return at[0] * strides[0] + at[1] * strides[1] + at[2] * strides[2]; }

template <class T, class S>
void forward(const ConvShape& s, const ConvOperands& o) {
  const int64_t channels = s.groups * s.cout;
  Pool::instance().parallelFor(s.batch * channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t n = task / channels, m = task % channels, g = m / s.cout;
      const T* x = static_cast<const T*>(o.x) + n * s.xs[0] + g * s.cin * s.xs[1];
      const T* w = static_cast<const T*>(o.w) + m * s.ws[0];
      T* y = static_cast<T*>(o.result) + n * s.ys[0] + m * s.ys[1];
      const S bias = o.bias ? S(static_cast<const T*>(o.bias)[m * o.biasStride]) : S(0);
      eachPosition(s.out, [&](const int64_t out[3]) {
        S sum = bias;
        for (int64_t c = 0; c < s.cin; ++c) {
          eachTap(s, out, [&](int64_t xo, int64_t wo) { sum += S(x[c * s.xs[1] + xo]) * S(w[c * s.ws[1] + wo]); });
        }
        y[place(out, s.ys + 2)] = T(sum);
      });
    }
  });
}

template <class T, class S>
void inputGrad(const ConvShape& s, const ConvOperands& o) {
  const int64_t channels = s.groups * s.cin;
  Pool::instance().parallelFor(s.batch * channels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t n = task / channels, c = task % channels, g = c / s.cin;
      T* dx = static_cast<T*>(o.result) + n * s.xs[0] + c * s.xs[1];
      const T bias = o.bias ? static_cast<const T*>(o.bias)[c * o.biasStride] : T(0);
      eachPosition(s.in, [&](const int64_t in[3]) { dx[place(in, s.xs + 2)] = bias; });
      for (int64_t m = g * s.cout; m < (g + 1) * s.cout; ++m) {
        const T* w = static_cast<const T*>(o.w) + m * s.ws[0] + c % s.cin * s.ws[1];
        const T* dy = static_cast<const T*>(o.y) + n * s.ys[0] + m * s.ys[1];
        eachPosition(s.out, [&](const int64_t out[3]) {
          const S y = S(dy[place(out, s.ys + 2)]);
          eachTap(s, out, [&](int64_t xo, int64_t wo) { dx[xo] = T(S(dx[xo]) + y * S(w[wo])); });
        });
      }
    }
  });
}

template <class T, class S>
void weightGrad(const ConvShape& s, const ConvOperands& o) {
  Pool::instance().parallelFor(s.groups * s.cout * s.cin, 1, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const int64_t m = task / s.cin, c = task % s.cin, g = m / s.cout;
      T* dw = static_cast<T*>(o.result) + m * s.ws[0] + c * s.ws[1];
      eachPosition(s.kernel, [&](const int64_t at[3]) { dw[place(at, s.ws + 2)] = T(0); });
      for (int64_t n = 0; n < s.batch; ++n) {
        const T* x = static_cast<const T*>(o.x) + n * s.xs[0] + (g * s.cin + c) * s.xs[1];
        const T* dy = static_cast<const T*>(o.y) + n * s.ys[0] + m * s.ys[1];
        eachPosition(s.out, [&](const int64_t out[3]) {
          const S y = S(dy[place(out, s.ys + 2)]);
          eachTap(s, out, [&](int64_t xo, int64_t wo) { dw[wo] = T(S(dw[wo]) + y * S(x[xo])); });
        });
      }
    }
  });
}

template <class T, class S>
void direct(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  if (direction == ConvDirection::forward) forward<T, S>(s, o);
  else if (direction == ConvDirection::inputGrad) inputGrad<T, S>(s, o);
  else weightGrad<T, S>(s, o);
}

}  // namespace

void convInteger(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  switch (s.type) {
    case Num::i8: return direct<int8_t, uint32_t>(direction, s, o);
    case Num::u8: return direct<uint8_t, uint32_t>(direction, s, o);
    case Num::i16: return direct<int16_t, uint32_t>(direction, s, o);
    case Num::i32: return direct<int32_t, uint32_t>(direction, s, o);
    default: return direct<int64_t, uint64_t>(direction, s, o);
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
