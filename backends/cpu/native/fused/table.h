// What each instruction set provides.
#pragma once

#include "fused/kernel.h"

namespace flambeau::fused {

// Which arguments of an instruction are scalars: bit 0 the first, bit 1 the second, bit 2 the third.
constexpr int formCount = 8;

// Copies n elements with conversion; strides in bytes.
using Convert = void (*)(const char* from, int64_t fromStride, char* to, int64_t toStride, int64_t n);

// One tile as a fold sees it: `rows` rows of `length` elements each.
struct FoldTile {
  const char* values;
  const int64_t* positions;  // argmax, argmin
  int64_t rows, length;
  bool overOuter;
};

// State: `states` arrays of `capacity` 8-byte words each; word r of each belongs to row r.
struct FoldMethods {
  void (*init)(int64_t* state, int64_t capacity, int64_t rows) = nullptr;
  void (*take)(int64_t* state, int64_t capacity, const FoldTile& tile) = nullptr;
  void (*combine)(int64_t* state, const int64_t* other, int64_t capacity, int64_t rows) = nullptr;
  void (*finish)(const int64_t* state, int64_t capacity, int64_t rows, char* first, char* second) = nullptr;
  int states = 0;
};

// seed and offset: one value (stride 0) or one per element (stride 1). `at` has the positions; when `contiguous`, they
// are at[0], at[0] + 1, ...
struct RandSite {
  const int64_t *seed, *offset, *at;
  int seedStride, offsetStride;
  uint32_t stream;
  bool contiguous;
};
using Rand = void (*)(char* to, const RandSite& site, int64_t n);

struct Table {
  Handler element[op_constant][typeCount][formCount] = {};
  Convert load[dtypeCount][typeCount] = {};
  Convert store[typeCount][dtypeCount] = {};
  FoldMethods folds[monoidCount][typeCount] = {};
  Rand rand[typeCount] = {};
};

/// The table of the best instruction set this machine runs.
const Table& table();

}  // namespace flambeau::fused
