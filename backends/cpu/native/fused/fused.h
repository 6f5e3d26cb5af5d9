// The executor of fused programs: a tile interpreter.
#pragma once

#include <cstdint>

namespace flambeau {

class Runtime;

/// Translates the words that src/fused/encode.ts wrote; returns a handle, or -1 when they make no kernel.
int fusedCompile(const double* code, int64_t length);
void fusedRelease(int handle);
/// Runs a launch that src/fused/lower.ts encoded; with a negative second word, releases the kernel instead, so that
/// a kernel outlives the launches in front of its release.
void fusedRun(const double* payload, Runtime& runtime);

}  // namespace flambeau
