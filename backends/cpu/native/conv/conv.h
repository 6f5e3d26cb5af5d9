// Cross-correlation over one to three spatial dimensions (what PyTorch calls convolution) and its gradients.
#pragma once

#include <cstdint>

#include "isa.h"
#include "gemm/num.h"

namespace flambeau {

/// Sizes as in the forward direction: x [batch, cin, in…], w [cout, cin/groups, kernel…], y [batch, cout, out…].
/// Strides count elements, in that order of dimensions, and may be anything for inputs. Spatial arrays hold `nd`
/// values. Positions of `out` whose window leaves the padded input read zeros, so any sizes are accepted.
struct ConvArgs {
  Num type = Num::f32;
  int nd = 2;
  int64_t batch = 0, groups = 1, cin = 0, cout = 0;
  int64_t in[3] = {1, 1, 1}, out[3] = {1, 1, 1}, kernel[3] = {1, 1, 1};
  int64_t stride[3] = {1, 1, 1}, padding[3] = {0, 0, 0}, dilation[3] = {1, 1, 1};
  int64_t xs[5] = {}, ws[5] = {}, ys[5] = {};
  const void* bias = nullptr;  // of the result: cout values forward, cin values for convInputGrad; else null
  int64_t biasStride = 1;
};

/// y = x ⋆ w + bias.
void convForward(const ConvArgs& args, const void* x, const void* w, void* y);

/// dx from dy and w; with a bias also the forward pass of transposed convolution.
void convInputGrad(const ConvArgs& args, const void* dy, const void* w, void* dx);

/// dw from x and dy. `bias` is ignored.
void convWeightGrad(const ConvArgs& args, const void* x, const void* dy, void* dw);

/// What each instruction set exports.
struct ConvTable {
  void (*forward)(const ConvArgs& args, const void* x, const void* w, void* y);
  void (*inputGrad)(const ConvArgs& args, const void* dy, const void* w, void* dx);
  void (*weightGrad)(const ConvArgs& args, const void* x, const void* dy, void* dw);
};

namespace baseline { const ConvTable& convTable(); }
namespace avx2 { const ConvTable& convTable(); }
namespace avx512 { const ConvTable& convTable(); }

const ConvTable& convTable(Isa isa);

}  // namespace flambeau
