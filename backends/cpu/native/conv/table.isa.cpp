#include "conv/internal.h"
#include "conv/pointwise.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

int64_t volume(const int64_t sizes[3]) { return sizes[0] * sizes[1] * sizes[2]; }

void run(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  if (pointwiseConv(direction, s, o)) return;
  switch (s.type) {
    case Num::f32: return convFloat(direction, s, o);
    case Num::f64: return convDouble(direction, s, o);
    case Num::f16:
    case Num::bf16: return convHalf(direction, s, o);
    default: return convInteger(direction, s, o);
  }
}

void forward(const ConvArgs& args, const void* x, const void* w, void* y) {
  const ConvShape s = convShape(args);
  if (s.batch == 0 || s.cout == 0 || volume(s.out) == 0) return;
  run(ConvDirection::forward, s, {x, w, nullptr, y, args.bias, args.biasStride});
}

void inputGrad(const ConvArgs& args, const void* dy, const void* w, void* dx) {
  const ConvShape s = convShape(args);
  if (s.batch == 0 || s.cin == 0 || volume(s.in) == 0) return;
  run(ConvDirection::inputGrad, s, {nullptr, w, dy, dx, args.bias, args.biasStride});
}

void weightGrad(const ConvArgs& args, const void* x, const void* dy, void* dw) {
  const ConvShape s = convShape(args);
  if (s.cin == 0 || s.cout == 0 || s.taps == 0) return;
  run(ConvDirection::weightGrad, s, {x, nullptr, dy, dw, nullptr, 1});
}

}  // namespace

const ConvTable& convTable() {
  static constexpr ConvTable table = {forward, inputGrad, weightGrad};
  return table;
}

}  // namespace flambeau::FLAMBEAU_ISA
