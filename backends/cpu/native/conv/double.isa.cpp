#include "conv/driver.h"

namespace flambeau::FLAMBEAU_ISA {

void convDouble(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands) {
  convFloating<double>(direction, shape, operands);
}

}  // namespace flambeau::FLAMBEAU_ISA
