// Functions outside the kernels of one instruction set that are compiled for wider vectors too, where the toolchain can
// choose among them at load time.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define FLAMBEAU_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FLAMBEAU_CLONES
#endif
