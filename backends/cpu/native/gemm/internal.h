// What the per-type files of one instruction set offer its table.
#pragma once

#include "gemm/gemm.h"

namespace flambeau::FLAMBEAU_ISA {

void gemmFloat(const GemmArgs& args, const GemmBatch& batch);
void gemmDouble(const GemmArgs& args, const GemmBatch& batch);
void gemmHalf(const GemmArgs& args, const GemmBatch& batch);
void gemmInteger(const GemmArgs& args, const GemmBatch& batch);

}  // namespace flambeau::FLAMBEAU_ISA
