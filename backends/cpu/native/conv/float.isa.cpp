#include "conv/driver.h"

namespace flambeau::FLAMBEAU_ISA {

void convFloat(ConvDirection direction, const ConvShape& shape, const ConvOperands& operands) {
  convFloating<float>(direction, shape, operands);
}

}  // namespace flambeau::FLAMBEAU_ISA
