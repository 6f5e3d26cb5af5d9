// The sizes and strides of a convolution, with every array over three spatial dimensions and per-group channels.
#pragma once

#include "conv/conv.h"

namespace flambeau {

struct ConvShape {
  Num type;
  int64_t batch, groups, cin, cout;  // channels per group
  int64_t in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];
  int64_t xs[5], ws[5], ys[5];
  int64_t taps;  // kernel positions
};

/// Puts missing spatial dimensions in front, with size 1.
ConvShape convShape(const ConvArgs& args);

}  // namespace flambeau
