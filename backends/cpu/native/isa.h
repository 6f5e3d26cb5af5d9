// The instruction sets the kernels are compiled for, and which of them this machine runs.
#pragma once

namespace flambeau {

enum class Isa { baseline, avx2, avx512 };

/// Name as accepted by the FLAMBEAU_ISA environment variable.
const char* isaName(Isa isa);

/// Whether this machine and this build can run kernels of `isa`.
bool isaAvailable(Isa isa);

/// The best available instruction set, or the one FLAMBEAU_ISA names when it is available. Decided once.
Isa detectIsa();

}  // namespace flambeau
