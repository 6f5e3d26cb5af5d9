// Hands convolutions to their kernels.
#include "conv/conv.h"

#include "kernels/kernels.h"
#include "kernels/num.h"

namespace flambeau {

void convCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const auto direction = cursor.integer();
  ConvArgs args;
  args.groups = cursor.integer();
  args.nd = static_cast<int>(cursor.integer());
  for (int d = 0; d < args.nd; ++d) args.stride[d] = cursor.integer();
  for (int d = 0; d < args.nd; ++d) args.padding[d] = cursor.integer();
  for (int d = 0; d < args.nd; ++d) args.dilation[d] = cursor.integer();
  const bool hasBias = cursor.flag();
  const View x = cursor.view(runtime);
  const View w = cursor.view(runtime);
  const View y = cursor.view(runtime);
  args.type = numOf(x.dtype);
  args.batch = x.shape[0];
  args.cin = x.shape[1];
  args.cout = y.shape[1];
  for (int d = 0; d < args.nd; ++d) {
    args.in[d] = x.shape[2 + d];
    args.out[d] = y.shape[2 + d];
    args.kernel[d] = w.shape[2 + d];
  }
  for (int d = 0; d < args.nd + 2; ++d) {
    args.xs[d] = x.strides[d];
    args.ws[d] = w.strides[d];
    args.ys[d] = y.strides[d];
  }
  if (hasBias) {
    const View bias = cursor.view(runtime);
    args.bias = bias.data;
    args.biasStride = bias.strides[0];
  }
  switch (direction) {
    case 0: return convForward(args, x.data, w.data, y.data);
    case 1: return convInputGrad(args, y.data, w.data, x.data);
    default: return convWeightGrad(args, x.data, y.data, w.data);
  }
}

}  // namespace flambeau
