// What a running kernel works on: the launch, shared by all threads, and one frame per thread.
#pragma once

#include <atomic>

#include "fused/kernel.h"
#include "fused/table.h"

namespace flambeau::fused {

constexpr int maxDims = 16;

struct Operand {
  char* base;
  int64_t strides[maxDims];    // bytes; for positions, counts
  DType dtype;
  bool contiguous[shapeCount];  // the tile is one run of memory
  bool number;                  // given as a number:
  bool whole;                   // its value is `integer`, not `real`
  double real;
  int64_t integer;
  double buffer;                // id of the memory
  bool bindable;                // an output that may be written before the end of the tile's program
};

struct Launch {
  const Kernel* kernel;
  const Table* table;
  int dims, rowDims;             // row dimensions come first
  int64_t size[maxDims], block[maxDims];
  int64_t rowBlocks, overTiles;
  int64_t rowCapacity;           // rows per tile
  std::vector<Operand> operands;  // inputs, outputs, positions
  int op;                         // for error messages
  // Dimensions along which a tile extends, outermost first, per shape.
  int tileDims[shapeCount][maxDims];
  int tileRank[shapeCount];
  std::atomic<bool> divisionByZero{false};
};

struct Frame {
  char** at;  // current address of every value
  Launch* launch;
  int64_t count[shapeCount];
  int64_t start[maxDims], extent[maxDims];
  int64_t* foldStates;
  const Pass* pass;
  char** home;  // register of every value
  int64_t* positions;  // scratch for op_rand
};

template <class T>
static inline T* at(const Frame& frame, int value) { return reinterpret_cast<T*>(frame.at[value]); }

}  // namespace flambeau::fused
