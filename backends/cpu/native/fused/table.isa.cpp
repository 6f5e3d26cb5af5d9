#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

const Table* fusedTable() {
  static const Table* built = [] {
    static Table table;
    addUnary(table);
    addBinary(table);
    addTernary(table);
    addConversions(table);
    addFolds(table);
    addRandom(table);
    addWide(table);
    return &table;
  }();
  return built;
}

}  // namespace flambeau::FLAMBEAU_ISA
