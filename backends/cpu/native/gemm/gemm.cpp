#include "gemm/gemm.h"

namespace flambeau {

const GemmTable& gemmTable(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) return avx512::gemmTable();
  if (isa == Isa::avx2) return avx2::gemmTable();
#else
  (void)isa;
#endif
  return baseline::gemmTable();
}

void gemm(const GemmArgs& args) { gemmTable(detectIsa()).batched(args, GemmBatch{}); }

void gemmBatched(const GemmArgs& args, const GemmBatch& batch) { gemmTable(detectIsa()).batched(args, batch); }

void gemmBatchedOn(Isa isa, const GemmArgs& args, const GemmBatch& batch) { gemmTable(isa).batched(args, batch); }

}  // namespace flambeau
