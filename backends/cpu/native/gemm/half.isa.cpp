// Products of float16 and bfloat16: operands are widened once, summed in float32, and the result rounded once.
#include "gemm/half.h"

#include "gemm/batch.h"
#include "gemm/internal.h"
#include "pool/pool.h"
#include "pool/scratch.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

/// A strided matrix as contiguous float32 along whichever axis is the faster one in `src`.
struct Widened {
  const float* data;
  int64_t rs, cs;
};

Widened widenMatrix(Num type, const uint16_t* src, int64_t rs, int64_t cs, int64_t rows, int64_t cols, Scratch slot) {
  const bool turned = cs != 1 && rs == 1;
  const int64_t outer = turned ? cols : rows, inner = turned ? rows : cols;
  const int64_t outerStride = turned ? cs : rs, innerStride = turned ? rs : cs;
  float* dst = static_cast<float*>(scratch(slot, sizeof(float) * greater(1, rows * cols)));
  Pool::instance().parallelFor(outer, greater(1, 16384 / greater(1, inner)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) widen(type, src + i * outerStride, innerStride, dst + i * inner, inner);
  });
  return turned ? Widened{dst, 1, rows} : Widened{dst, cols, 1};
}

void one(const GemmArgs& args, const BatchOffsets& at) {
  const uint16_t* a = static_cast<const uint16_t*>(args.a) + at.a;
  const uint16_t* b = static_cast<const uint16_t*>(args.b) + at.b;
  uint16_t* c = static_cast<uint16_t*>(args.c) + at.c;
  const uint16_t* bias = args.bias ? static_cast<const uint16_t*>(args.bias) + at.bias : nullptr;
  const Widened wa = widenMatrix(args.type, a, args.ars, args.acs, args.m, args.k, Scratch::halfA);
  const Widened wb = widenMatrix(args.type, b, args.brs, args.bcs, args.k, args.n, Scratch::halfB);
  const int64_t biasCount = !bias || args.biasAxis == BiasAxis::none ? 0 : args.biasAxis == BiasAxis::column ? args.n : args.m;
  float* wc = static_cast<float*>(scratch(Scratch::halfC, sizeof(float) * (args.m * args.n + biasCount)));
  float* wbias = wc + args.m * args.n;
  if (biasCount) widen(args.type, bias, args.biasStride, wbias, biasCount);
  if (args.accumulate) {
    for (int64_t i = 0; i < args.m; ++i) widen(args.type, c + i * args.crs, args.ccs, wc + i * args.n, args.n);
  }
  GemmArgs wide = args;
  wide.type = Num::f32;
  wide.a = wa.data;
  wide.ars = wa.rs;
  wide.acs = wa.cs;
  wide.b = wb.data;
  wide.brs = wb.rs;
  wide.bcs = wb.cs;
  wide.c = wc;
  wide.crs = args.n;
  wide.ccs = 1;
  wide.bias = biasCount ? wbias : nullptr;
  wide.biasStride = 1;
  gemmFloat(wide, GemmBatch{});
  Pool::instance().parallelFor(args.m, greater(1, 16384 / greater(1, args.n)), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) narrow(args.type, wc + i * args.n, c + i * args.crs, args.ccs, args.n);
  });
}

}  // namespace

void gemmHalf(const GemmArgs& args, const GemmBatch& batch) {
  const int64_t count = batchCount(batch);
  if (args.m == 0 || args.n == 0) return;
  Pool& pool = Pool::instance();
  auto run = [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) one(args, batchOffsets(batch, i));
  };
  // Few products share the threads within each; many are handed out whole.
  if (count < 2 * pool.threads()) run(0, count);
  else pool.parallelFor(count, 1, run);
}

}  // namespace flambeau::FLAMBEAU_ISA
