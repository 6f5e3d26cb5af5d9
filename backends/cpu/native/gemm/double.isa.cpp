#include "gemm/driver.h"
#include "gemm/internal.h"

namespace flambeau::FLAMBEAU_ISA {

void gemmDouble(const GemmArgs& args, const GemmBatch& batch) { gemmFloating<double>(args, batch); }

}  // namespace flambeau::FLAMBEAU_ISA
