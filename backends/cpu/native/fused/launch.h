#pragma once

#include "fused/frame.h"

namespace flambeau::fused {

/// Reads a payload into `launch`. False when its handle names no kernel.
bool readLaunch(const double* payload, const Runtime& runtime, Launch& launch);

}  // namespace flambeau::fused
