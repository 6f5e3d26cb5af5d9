#pragma once

#include <memory>

#include "fused/kernel.h"

namespace flambeau::fused {

/// Null when the words make no kernel.
std::unique_ptr<Kernel> decode(const double* code, int64_t length);

/// The compiled kernel of a handle, or null.
const Kernel* kernelOf(int handle);

}  // namespace flambeau::fused
