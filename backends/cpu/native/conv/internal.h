// What the per-type files of one instruction set offer its table.
#pragma once

#include "conv/shape.h"

namespace flambeau::FLAMBEAU_ISA {

enum class ConvDirection { forward, inputGrad, weightGrad };

/// x, w and y are the operand of that role; the one `direction` computes is written.
struct ConvOperands {
  const void* x;
  const void* w;
  const void* y;
  void* result;
  const void* bias;
  int64_t biasStride;
};

void convFloat(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands);
void convDouble(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands);
void convHalf(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands);
void convInteger(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands);

}  // namespace flambeau::FLAMBEAU_ISA
