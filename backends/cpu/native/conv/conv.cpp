#include "conv/conv.h"

namespace flambeau {

const ConvTable& convTable(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::convTable();
  if (isa == Isa::avx2) return avx2::convTable();
#else
  (void)isa;
#endif
  return baseline::convTable();
}

void convForward(const ConvArgs& args, const void* x, const void* w, void* y) { convTable(detectIsa()).forward(args, x, w, y); }

void convInputGrad(const ConvArgs& args, const void* dy, const void* w, void* dx) {
  convTable(detectIsa()).inputGrad(args, dy, w, dx);
}

void convWeightGrad(const ConvArgs& args, const void* x, const void* dy, void* dw) {
  convTable(detectIsa()).weightGrad(args, x, dy, dw);
}

}  // namespace flambeau
