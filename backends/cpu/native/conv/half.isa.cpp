// Convolution of float16 and bfloat16: operands are widened once, summed in float32, and the result rounded once.
#include "gemm/half.h"

#include "conv/internal.h"
#include "pool/pool.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

/// A tensor of five dimensions as the half-precision side sees it.
struct Strided {
  int64_t sizes[5], strides[5];
  int64_t count() const { return sizes[0] * sizes[1] * rows() * sizes[4]; }
  int64_t rows() const { return sizes[2] * sizes[3]; }
};

/// Calls f(half offset, float offset, row length) for every innermost row.
template <class F>
void eachRow(const Strided& t, F f) {
  const int64_t rows = t.sizes[0] * t.sizes[1] * t.rows(), length = t.sizes[4];
  Pool::instance().parallelFor(rows, greater(1, 16384 / greater(1, length)), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      int64_t rest = row, at = 0;
      for (int d = 3; d >= 0; --d) {
        at += rest % t.sizes[d] * t.strides[d];
        rest /= t.sizes[d];
      }
      f(at, row * length, length);
    }
  });
}

const float* widenTensor(Num type, const Strided& t, const void* src, Scratch slot) {
  float* dst = static_cast<float*>(scratch(slot, sizeof(float) * static_cast<size_t>(greater(1, t.count()))));
  const uint16_t* from = static_cast<const uint16_t*>(src);
  eachRow(t, [&](int64_t at, int64_t to, int64_t length) { widen(type, from + at, t.strides[4], dst + to, length); });
  return dst;
}

void makeDense(const Strided& t, int64_t strides[5]) {
  int64_t step = 1;
  for (int d = 4; d >= 0; --d) {
    strides[d] = step;
    step *= t.sizes[d];
  }
}

Strided strided(int64_t a, int64_t b, const int64_t spatial[3], const int64_t strides[5]) {
  return {{a, b, spatial[0], spatial[1], spatial[2]}, {strides[0], strides[1], strides[2], strides[3], strides[4]}};
}

}  // namespace

void convHalf(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  const Strided x = strided(s.batch, s.groups * s.cin, s.in, s.xs);
  const Strided w = strided(s.groups * s.cout, s.cin, s.kernel, s.ws);
  const Strided y = strided(s.batch, s.groups * s.cout, s.out, s.ys);
  ConvShape wide = s;
  wide.type = Num::f32;
  makeDense(x, wide.xs);
  makeDense(w, wide.ws);
  makeDense(y, wide.ys);
  const Strided& result = direction == ConvDirection::forward ? y : direction == ConvDirection::inputGrad ? x : w;
  const int64_t biasCount = o.bias ? result.sizes[1] : 0;
  float* sums = static_cast<float*>(scratch(Scratch::halfC, sizeof(float) * static_cast<size_t>(result.count() + biasCount)));
  float* bias = sums + result.count();
  if (biasCount) widen(s.type, static_cast<const uint16_t*>(o.bias), o.biasStride, bias, biasCount);
  ConvOperands operands = {};
  if (o.x) operands.x = widenTensor(s.type, x, o.x, Scratch::halfA);
  if (o.w) operands.w = widenTensor(s.type, w, o.w, Scratch::halfB);
  if (o.y) operands.y = widenTensor(s.type, y, o.y, o.x ? Scratch::halfB : Scratch::halfA);
  operands.result = sums;
  operands.bias = biasCount ? bias : nullptr;
  operands.biasStride = 1;
  convFloat(direction, wide, operands);
  uint16_t* to = static_cast<uint16_t*>(o.result);
  eachRow(result, [&](int64_t at, int64_t from, int64_t length) { narrow(s.type, sums + from, to + at, result.strides[4], length); });
}

}  // namespace flambeau::FLAMBEAU_ISA
