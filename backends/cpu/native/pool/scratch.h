// Per-thread work space, so that kernels do not allocate in steady state.
#pragma once

#include <cstddef>

namespace flambeau {

/// Who uses the space: a kernel that calls another must not share its slot.
enum class Scratch {
  gemmA,
  gemmB,
  gemmC,
  halfA,
  halfB,
  halfC,
  convWeights,
  convPlanes,
  convOutput,
  convTable,
  convPartial,
  convCopies,
  count
};

/// At least `bytes` bytes, 64-byte aligned, valid until the thread asks for the same slot again. The contents
/// are unspecified. Aborts through std::bad_alloc when memory is exhausted.
void* scratch(Scratch slot, size_t bytes);

}  // namespace flambeau
