#include "conv/shape.h"

namespace flambeau {

ConvShape convShape(const ConvArgs& args) {
  ConvShape s = {};
  s.type = args.type;
  s.batch = args.batch;
  s.groups = args.groups;
  s.cin = args.cin / args.groups;
  s.cout = args.cout / args.groups;
  s.taps = 1;
  const int missing = 3 - args.nd;
  for (int d = 0; d < 3; ++d) {
    const int from = d - missing;
    const bool real = from >= 0;
    s.in[d] = real ? args.in[from] : 1;
    s.out[d] = real ? args.out[from] : 1;
    s.kernel[d] = real ? args.kernel[from] : 1;
    s.stride[d] = real ? args.stride[from] : 1;
    s.padding[d] = real ? args.padding[from] : 0;
    s.dilation[d] = real ? args.dilation[from] : 1;
    s.xs[d + 2] = real ? args.xs[from + 2] : 0;
    s.ws[d + 2] = real ? args.ws[from + 2] : 0;
    s.ys[d + 2] = real ? args.ys[from + 2] : 0;
    s.taps *= s.kernel[d];
  }
  for (int d = 0; d < 2; ++d) {
    s.xs[d] = args.xs[d];
    s.ws[d] = args.ws[d];
    s.ys[d] = args.ys[d];
  }
  return s;
}

}  // namespace flambeau
