// The little that the native tests share: a seeded generator, available instruction sets, failure counting.
#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

#include "isa.h"

namespace check {

inline uint64_t state = 88172645463325252ull;

inline uint64_t bits() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

inline int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(bits() % static_cast<uint64_t>(high - low + 1)); }

/// Small multiples of 1/8: sums of products stay exact in float32, so results can be compared for equality.
inline double value() { return static_cast<double>(between(-8, 8)) / 8; }

inline std::vector<flambeau::Isa> isas() {
  std::vector<flambeau::Isa> out;
  for (flambeau::Isa isa : {flambeau::Isa::baseline, flambeau::Isa::avx2, flambeau::Isa::avx512}) {
    if (flambeau::isaAvailable(isa)) out.push_back(isa);
  }
  return out;
}

inline int failures = 0;

template <class... Args>
inline void expect(bool holds, const char* format, Args... args) {
  if (holds) return;
  if (++failures <= 20) std::fprintf(stderr, format, args...);
}

inline int finish(const char* name, int64_t cases) {
  std::printf("%s: %lld cases, %d failures\n", name, static_cast<long long>(cases), failures);
  return failures == 0 && cases > 0 ? 0 : 1;
}

}  // namespace check
