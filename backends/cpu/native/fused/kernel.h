// A fused program as the tile interpreter keeps it: bytecode over values that are tiles, rows of a tile, or scalars.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/view.h"

namespace flambeau::fused {

// What a value computes in; storage dtypes are converted when a tile is loaded or stored. Mirrors `valueTypes` in
// src/fused/instructions.ts.
enum Type : uint8_t { F32, F64, I32, I64, Bool, typeCount };
namespace types {
constexpr int FLOATS = 1 << F32 | 1 << F64;
constexpr int INTEGERS = 1 << I32 | 1 << I64;
constexpr int NUMBERS = FLOATS | INTEGERS;
constexpr int BOOL = 1 << Bool;
constexpr int ALL = NUMBERS | BOOL;
}  // namespace types
constexpr int dtypeCount = 10;
static inline size_t widthOf(Type type) { return type == Bool ? 1 : type == F32 || type == I32 ? 4 : 8; }

// How many elements a value has within one tile: one, one per row of the tile, or one per element.
enum Shape : uint8_t { Uniform, Row, Element, shapeCount };

enum Opcode : int {
#define FLAMBEAU_UNARY(name, types) op_##name,
#define FLAMBEAU_TEST(name, types) op_##name,
#define FLAMBEAU_BINARY(name, types) op_##name,
#define FLAMBEAU_COMPARE(name, types) op_##name,
#define FLAMBEAU_TERNARY(name, types) op_##name,
#define FLAMBEAU_QUINARY(name, types) op_##name,
#define FLAMBEAU_SELECT(name, types) op_##name,
#define FLAMBEAU_CAST(name, types, to) op_##name,
#include "fused/instructions.def"
#undef FLAMBEAU_UNARY
#undef FLAMBEAU_TEST
#undef FLAMBEAU_BINARY
#undef FLAMBEAU_COMPARE
#undef FLAMBEAU_TERNARY
#undef FLAMBEAU_QUINARY
#undef FLAMBEAU_SELECT
#undef FLAMBEAU_CAST
  // Instructions that deal with memory, positions and folds; implemented in structure.cpp.
  op_constant,  // d = imm
  op_load,      // d = operand a
  op_bind,      // lets the next instructions write d straight into output a where that is possible
  op_store,     // output a = value b
  op_expand,    // d (per element) = a (per row or uniform)
  op_position,  // d = position operand a
  op_rand,      // d = random(seed a, offset b, position operand c; stream imm)
  op_fold,      // fold imm takes value a (at position b)
  op_finish,    // results of fold imm
  opcodeCount
};

enum Monoid : int { Sum, Prod, Max, Min, Any, All, ArgMax, ArgMin, Welford, Online, monoidCount };

struct Frame;
struct Instruction;
using Handler = void (*)(Frame&, const Instruction&, int64_t n);

struct Instruction {
  Handler run = nullptr;
  int32_t d = -1, a = -1, b = -1, c = -1;
  Type type = F32;
  Shape shape = Uniform;
  bool direct = false;    // load, store, bind: storage dtype and compute type agree
  int op = 0;
  int64_t imm = 0;        // bits of a constant, stream, fold
};

struct Value {
  Type type;
  Shape shape;
  bool shared;  // lives as long as the row, and is seen by all threads that work on it
  int slot;     // of its register file: scalars for Uniform, tiles otherwise
};

struct Fold {
  Monoid monoid;
  Type type;
  int results[2];     // values, or -1
  int states;         // arrays of 8-byte words, one word per row
  int stateOffset;    // in such arrays, within the pass
};

struct Pass {
  std::vector<Instruction> element;
  std::vector<Instruction> row;
  std::vector<Fold> folds;
  int states = 0;
};

// Output that an instruction may write straight to memory, and the inputs that are still read after that.
struct Binding {
  int output;
  uint64_t hazards;
};

struct Kernel {
  bool reducing = false;
  bool overOuter = false;  // in a tile, elements of one row are apart and rows neighbour each other
  int tileSlots = 0, rowSlots = 0, tileScalars = 0, rowScalars = 0;
  int slotWidth = 4;
  int tileCapacity = 0;  // elements
  double cost = 1;       // estimated nanoseconds per element, all passes
  std::vector<Value> values;
  std::vector<DType> inputs, outputs;
  std::vector<Binding> bindings;
  int positions = 0;
  std::vector<Instruction> once;      // constants and scalars
  std::vector<Instruction> prologue;  // per row
  std::vector<Pass> passes;
};

}  // namespace flambeau::fused
