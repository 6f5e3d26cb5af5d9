#include "gemm/internal.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

void batched(const GemmArgs& args, const GemmBatch& batch) {
  switch (args.type) {
    case Num::f32: return gemmFloat(args, batch);
    case Num::f64: return gemmDouble(args, batch);
    case Num::f16:
    case Num::bf16: return gemmHalf(args, batch);
    default: return gemmInteger(args, batch);
  }
}

}  // namespace

const GemmTable& gemmTable() {
  static constexpr GemmTable table = {batched};
  return table;
}

}  // namespace flambeau::FLAMBEAU_ISA
