#pragma once

#include "fused/frame.h"

namespace flambeau::fused {

/// The handler of an instruction that deals with memory, positions or folds; null for other opcodes.
Handler structureHandler(int op);

}  // namespace flambeau::fused
