#pragma once

#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

// The 8-byte word a fold of T keeps: double for floats; integers keep their signedness, so that wrapping works.
template <class T>
using WideOf = std::conditional_t<std::is_floating_point_v<T>, double,
                                  std::conditional_t<std::is_same_v<T, uint32_t> || std::is_same_v<T, uint64_t>, uint64_t, int64_t>>;

void addPlaces(Table& table);   // argmax, argmin
void addMoments(Table& table);  // welford, online

}  // namespace flambeau::FLAMBEAU_ISA
