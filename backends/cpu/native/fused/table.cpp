#include "fused/table.h"

#include "isa.h"

namespace flambeau {

namespace baseline { const fused::Table* fusedTable(); }
#if defined(__x86_64__)
namespace avx2 { const fused::Table* fusedTable(); }
namespace avx512 { const fused::Table* fusedTable(); }
#endif

namespace fused {

const Table& table() {
  static const Table* chosen = [] {
    switch (detectIsa()) {
#if defined(__x86_64__)
      case Isa::avx512: return avx512::fusedTable();
      case Isa::avx2: return avx2::fusedTable();
#endif
      default: return baseline::fusedTable();
    }
  }();
  return *chosen;
}

}  // namespace fused
}  // namespace flambeau
