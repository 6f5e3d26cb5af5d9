// Instructions that move tiles between registers and memory, make positions, and feed folds.
#include "fused/structure.h"

#include <cstring>

namespace flambeau::fused {

namespace {

// Along which dimensions a block of memory and a tile register are walked, outermost first.
struct Walk {
  int rank = 0;
  int64_t extent[maxDims], memory[maxDims], tile[maxDims];
};

char* addressOf(const Frame& frame, const Operand& operand) {
  char* p = operand.base;
  for (int d = 0; d < frame.launch->dims; ++d) p += frame.start[d] * operand.strides[d];
  return p;
}

int64_t positionOf(const Frame& frame, const Operand& operand) {
  int64_t p = 0;
  for (int d = 0; d < frame.launch->dims; ++d) p += frame.start[d] * operand.strides[d];
  return p;
}

// `width`: bytes of an element in the tile (1 for positions, which are counted).
Walk walkOf(const Frame& frame, const Operand& operand, Shape shape, int64_t width) {
  const Launch& launch = *frame.launch;
  Walk walk;
  int64_t step = width;
  for (int i = launch.tileRank[shape] - 1; i >= 0; --i) {
    const int d = launch.tileDims[shape][i];
    const int64_t extent = frame.extent[d], stride = operand.strides[d];
    const int last = walk.rank - 1;
    if (last >= 0 && stride == walk.memory[last] * walk.extent[last]) {
      walk.extent[last] *= extent;
    } else if (extent > 1) {
      walk.extent[walk.rank] = extent;
      walk.memory[walk.rank] = stride;
      walk.tile[walk.rank] = step;
      ++walk.rank;
    }
    step *= extent;
  }
  if (walk.rank == 0) {
    walk.extent[0] = 1;
    walk.memory[0] = walk.tile[0] = width;
    walk.rank = 1;
  }
  // So far innermost first. The run goes where memory is densest.
  int run = 0;
  for (int i = 1; i < walk.rank; ++i) {
    if (walk.extent[i] >= 8 && walk.memory[i] != 0 && std::llabs(walk.memory[i]) < std::llabs(walk.memory[run])) run = i;
  }
  std::swap(walk.extent[0], walk.extent[run]);
  std::swap(walk.memory[0], walk.memory[run]);
  std::swap(walk.tile[0], walk.tile[run]);
  return walk;
}

template <class F>
void forRuns(const Walk& walk, int level, int64_t memory, int64_t tile, F&& run) {
  if (level == 0) return run(memory, tile);
  for (int64_t i = 0; i < walk.extent[level]; ++i) {
    forRuns(walk, level - 1, memory + i * walk.memory[level], tile + i * walk.tile[level], run);
  }
}

void number(Frame& frame, const Instruction& in, const Operand& operand, int64_t n) {
  const Convert* load = frame.launch->table->load[static_cast<int>(operand.whole ? DType::Int64 : DType::Float64)];
  const char* from = operand.whole ? reinterpret_cast<const char*>(&operand.integer) : reinterpret_cast<const char*>(&operand.real);
  frame.at[in.d] = frame.home[in.d];
  load[in.type](from, 0, frame.at[in.d], static_cast<int64_t>(widthOf(in.type)), n);
}

void load(Frame& frame, const Instruction& in, int64_t n) {
  const Operand& operand = frame.launch->operands[static_cast<size_t>(in.a)];
  if (operand.number) return number(frame, in, operand, n);
  char* from = addressOf(frame, operand);
  if (in.direct && operand.contiguous[in.shape]) {
    frame.at[in.d] = from;
    return;
  }
  char* to = frame.at[in.d] = frame.home[in.d];
  const Convert convert = frame.launch->table->load[static_cast<int>(operand.dtype)][in.type];
  const int64_t width = static_cast<int64_t>(widthOf(in.type));
  if (operand.contiguous[in.shape]) return convert(from, static_cast<int64_t>(bytesOf(operand.dtype)), to, width, n);
  const Walk walk = walkOf(frame, operand, in.shape, width);
  forRuns(walk, walk.rank - 1, 0, 0, [&](int64_t memory, int64_t tile) {
    convert(from + memory, walk.memory[0], to + tile, walk.tile[0], walk.extent[0]);
  });
}

void bind(Frame& frame, const Instruction& in, int64_t) {
  const Operand& operand = frame.launch->operands[static_cast<size_t>(in.a)];
  frame.at[in.d] = in.direct && operand.bindable && operand.contiguous[in.shape] ? addressOf(frame, operand) : frame.home[in.d];
}

void store(Frame& frame, const Instruction& in, int64_t n) {
  const Operand& operand = frame.launch->operands[static_cast<size_t>(in.a)];
  const char* from = frame.at[in.b];
  char* to = addressOf(frame, operand);
  if (from == to && in.direct && operand.contiguous[in.shape]) return;
  const Convert convert = frame.launch->table->store[in.type][static_cast<int>(operand.dtype)];
  const int64_t width = static_cast<int64_t>(widthOf(in.type));
  if (operand.contiguous[in.shape]) return convert(from, width, to, static_cast<int64_t>(bytesOf(operand.dtype)), n);
  const Walk walk = walkOf(frame, operand, in.shape, width);
  forRuns(walk, walk.rank - 1, 0, 0, [&](int64_t memory, int64_t tile) {
    convert(from + tile, walk.tile[0], to + memory, walk.memory[0], walk.extent[0]);
  });
}

void constant(Frame& frame, const Instruction& in, int64_t) { std::memcpy(frame.at[in.d], &in.imm, sizeof in.imm); }

template <class T>
void spread(const Frame& frame, const Instruction& in, int64_t n, bool uniform) {
  const T* a = at<T>(frame, in.a);
  T* d = at<T>(frame, in.d);
  const int64_t rows = frame.count[Row], length = rows == 0 ? 0 : n / rows;
  if (uniform) {
    const T x = *a;
    for (int64_t i = 0; i < n; ++i) d[i] = x;
  } else if (frame.launch->kernel->overOuter) {
    for (int64_t o = 0; o < length; ++o) std::memcpy(d + o * rows, a, static_cast<size_t>(rows) * sizeof(T));
  } else {
    for (int64_t r = 0; r < rows; ++r) {
      const T x = a[r];
      for (int64_t o = 0; o < length; ++o) *d++ = x;
    }
  }
}

void expand(Frame& frame, const Instruction& in, int64_t n) {
  const bool uniform = frame.launch->kernel->values[static_cast<size_t>(in.a)].shape == Uniform;
  switch (widthOf(in.type)) {
    case 1: return spread<uint8_t>(frame, in, n, uniform);
    case 4: return spread<uint32_t>(frame, in, n, uniform);
    default: return spread<uint64_t>(frame, in, n, uniform);
  }
}

template <class T>
void countUp(const Frame& frame, const Operand& operand, Shape shape, T* d, int64_t n) {
  const int64_t first = positionOf(frame, operand);
  if (shape == Uniform || operand.contiguous[shape]) {
    for (int64_t i = 0; i < n; ++i) d[i] = static_cast<T>(first + i);
    return;
  }
  const Walk walk = walkOf(frame, operand, shape, 1);
  forRuns(walk, walk.rank - 1, first, 0, [&](int64_t position, int64_t tile) {
    for (int64_t i = 0; i < walk.extent[0]; ++i) d[tile + i * walk.tile[0]] = static_cast<T>(position + i * walk.memory[0]);
  });
}

void position(Frame& frame, const Instruction& in, int64_t n) {
  const Operand& operand = frame.launch->operands[static_cast<size_t>(in.a)];
  if (in.type == I32) countUp(frame, operand, in.shape, at<int32_t>(frame, in.d), n);
  else countUp(frame, operand, in.shape, at<int64_t>(frame, in.d), n);
}

void rand(Frame& frame, const Instruction& in, int64_t n) {
  const Launch& launch = *frame.launch;
  const Operand& operand = launch.operands[static_cast<size_t>(in.c)];
  const auto strideOf = [&](int value) { return launch.kernel->values[static_cast<size_t>(value)].shape == Uniform ? 0 : 1; };
  RandSite site;
  site.seed = at<int64_t>(frame, in.a);
  site.offset = at<int64_t>(frame, in.b);
  site.seedStride = strideOf(in.a);
  site.offsetStride = strideOf(in.b);
  site.stream = static_cast<uint32_t>(in.imm);
  site.contiguous = in.shape == Uniform || operand.contiguous[in.shape];
  const int64_t first = positionOf(frame, operand);
  site.at = &first;
  if (!site.contiguous) {
    countUp(frame, operand, in.shape, frame.positions, n);
    site.at = frame.positions;
  }
  launch.table->rand[in.type](frame.at[in.d], site, n);
}

int64_t* stateOf(const Frame& frame, const Fold& fold) { return frame.foldStates + fold.stateOffset * frame.launch->rowCapacity; }

void fold(Frame& frame, const Instruction& in, int64_t n) {
  const Launch& launch = *frame.launch;
  const Fold& which = frame.pass->folds[static_cast<size_t>(in.imm)];
  FoldTile tile;
  tile.values = frame.at[in.a];
  tile.positions = in.b < 0 ? nullptr : at<int64_t>(frame, in.b);
  tile.rows = frame.count[Row];
  tile.length = n / tile.rows;
  tile.overOuter = launch.kernel->overOuter;
  launch.table->folds[which.monoid][which.type].take(stateOf(frame, which), launch.rowCapacity, tile);
}

void finish(Frame& frame, const Instruction& in, int64_t) {
  const Launch& launch = *frame.launch;
  const Fold& which = frame.pass->folds[static_cast<size_t>(in.imm)];
  const auto result = [&](int i) { return which.results[i] < 0 ? nullptr : frame.at[which.results[i]]; };
  launch.table->folds[which.monoid][which.type].finish(stateOf(frame, which), launch.rowCapacity, frame.count[Row], result(0), result(1));
}

}  // namespace

Handler structureHandler(int op) {
  switch (op) {
    case op_constant: return constant;
    case op_load: return load;
    case op_bind: return bind;
    case op_store: return store;
    case op_expand: return expand;
    case op_position: return position;
    case op_rand: return rand;
    case op_fold: return fold;
    case op_finish: return finish;
    default: return nullptr;
  }
}

}  // namespace flambeau::fused
