#include "gemm/driver.h"
#include "gemm/internal.h"

namespace flambeau::FLAMBEAU_ISA {

void gemmFloat(const GemmArgs& args, const GemmBatch& batch) { gemmFloating<float>(args, batch); }

}  // namespace flambeau::FLAMBEAU_ISA
