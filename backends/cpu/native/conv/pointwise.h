// Convolution with a 1×1 kernel, stride 1 and no padding is a matrix product per image and group.
#pragma once

#include "conv/internal.h"
#include "gemm/gemm.h"
#include "gemm/internal.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// The step with which a single index walks all positions, or 0 when there is none.
inline int64_t flatStep(const int64_t sizes[3], const int64_t strides[3]) {
  int64_t step = 0, covered = 1;
  for (int d = 2; d >= 0; --d) {
    if (sizes[d] == 1) continue;
    if (step == 0) step = strides[d];
    else if (strides[d] != step * covered) return 0;
    covered *= sizes[d];
  }
  return step == 0 ? 1 : step;
}

/// Runs the convolution if it is such a product; says whether it did. The weight gradient is left to the caller,
/// which sums over images without a product per image.
inline bool pointwiseConv(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  if (direction == ConvDirection::weightGrad || s.taps != 1) return false;
  int64_t pixels = 1;
  for (int d = 0; d < 3; ++d) {
    if (s.stride[d] != 1 || s.padding[d] != 0 || s.in[d] != s.out[d]) return false;
    pixels *= s.in[d];
  }
  const int64_t stepX = flatStep(s.in, s.xs + 2), stepY = flatStep(s.out, s.ys + 2);
  if (stepX == 0 || stepY == 0) return false;
  const bool forward = direction == ConvDirection::forward;
  GemmArgs args;
  args.type = s.type;
  args.m = forward ? s.cout : s.cin;
  args.n = pixels;
  args.k = forward ? s.cin : s.cout;
  args.a = o.w;
  args.ars = forward ? s.ws[0] : s.ws[1];
  args.acs = forward ? s.ws[1] : s.ws[0];
  args.b = forward ? o.x : o.y;
  args.brs = forward ? s.xs[1] : s.ys[1];
  args.bcs = forward ? stepX : stepY;
  args.c = o.result;
  args.crs = forward ? s.ys[1] : s.xs[1];
  args.ccs = forward ? stepY : stepX;
  args.biasAxis = o.bias ? BiasAxis::row : BiasAxis::none;
  args.bias = o.bias;
  args.biasStride = o.biasStride;
  GemmBatch batch;
  batch.rank = 2;
  batch.sizes[0] = s.batch;
  batch.sizes[1] = s.groups;
  batch.a[1] = s.cout * s.ws[0];
  batch.b[0] = forward ? s.xs[0] : s.ys[0];
  batch.b[1] = (forward ? s.cin : s.cout) * args.brs;
  batch.c[0] = forward ? s.ys[0] : s.xs[0];
  batch.c[1] = args.m * args.crs;
  batch.bias[1] = args.m * o.biasStride;
  gemmTable().batched(args, batch);
  return true;
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
