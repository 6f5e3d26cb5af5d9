#include "isa.h"

#include <cstdlib>
#include <cstring>

namespace flambeau {

const char* isaName(Isa isa) {
  switch (isa) {
    case Isa::avx512: return "avx512";
    case Isa::avx2: return "avx2";
    default: return "baseline";
  }
}

bool isaAvailable(Isa isa) {
  if (isa == Isa::baseline) return true;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (isa == Isa::avx2) return v3;
  return v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

static Isa chooseIsa() {
  const Isa all[] = {Isa::avx512, Isa::avx2, Isa::baseline};
  if (const char* wanted = std::getenv("FLAMBEAU_ISA")) {
    for (Isa isa : all) {
      if (std::strcmp(wanted, isaName(isa)) == 0 && isaAvailable(isa)) return isa;
    }
  }
  for (Isa isa : all) {
    if (isaAvailable(isa)) return isa;
  }
  return Isa::baseline;
}

Isa detectIsa() {
  static const Isa isa = chooseIsa();
  return isa;
}

}  // namespace flambeau
