// Runs launches: which threads work on which rows and tiles, and in what order.
#include <cstring>
#include <memory>
#include <new>

#include "fused/fused.h"
#include "fused/launch.h"
#include "pool/pool.h"

namespace flambeau::fused {

namespace {

// Memory of one thread that only grows, aligned for vectors.
class Arena {
 public:
  ~Arena() { release(); }
  char* take(size_t bytes) {
    if (bytes > size) {
      release();
      data = static_cast<char*>(::operator new(bytes, std::align_val_t{64}));
      size = bytes;
    }
    return data;
  }

 private:
  void release() {
    if (data != nullptr) ::operator delete(data, std::align_val_t{64});
    data = nullptr;
  }
  char* data = nullptr;
  size_t size = 0;
};

size_t rounded(size_t bytes) { return (bytes + 63) & ~static_cast<size_t>(63); }

struct Sizes {
  size_t slot, rowScalars, tileScalars, pointers, states, positions;
  explicit Sizes(const Launch& launch) {
    const Kernel& kernel = *launch.kernel;
    // Not a multiple of 4 KiB: equal offsets in two registers would collide in the cache.
    slot = rounded(static_cast<size_t>(kernel.tileCapacity) * static_cast<size_t>(kernel.slotWidth)) + 128;
    rowScalars = rounded(static_cast<size_t>(kernel.rowScalars) * 8);
    tileScalars = rounded(static_cast<size_t>(kernel.tileScalars) * 8);
    pointers = rounded(kernel.values.size() * sizeof(char*));
    states = 0;
    for (const Pass& pass : kernel.passes) states = std::max(states, static_cast<size_t>(pass.states));
    states = rounded(states * static_cast<size_t>(launch.rowCapacity) * 8);
    positions = kernel.positions > 0 ? rounded(static_cast<size_t>(kernel.tileCapacity) * 8) : 0;
  }
  size_t row(const Launch& launch) const { return rowScalars + slot * static_cast<size_t>(launch.kernel->rowSlots); }
  size_t tile(const Launch& launch) const {
    return 2 * pointers + tileScalars + states + positions + slot * static_cast<size_t>(launch.kernel->tileSlots);
  }
};

thread_local Arena rowArena, tileArena, stateArena;

// A frame in this thread's memory. Values of the row live in `rows`, which several threads may share.
void open(Frame& frame, Launch& launch, const Sizes& sizes, char* rows) {
  const Kernel& kernel = *launch.kernel;
  char* memory = tileArena.take(sizes.tile(launch));
  frame.launch = &launch;
  frame.at = reinterpret_cast<char**>(memory);
  frame.home = reinterpret_cast<char**>(memory + sizes.pointers);
  memory += 2 * sizes.pointers;
  char* const scalars = memory;
  memory += sizes.tileScalars;
  frame.foldStates = reinterpret_cast<int64_t*>(memory);
  memory += sizes.states;
  frame.positions = reinterpret_cast<int64_t*>(memory);
  char* const slots = memory + sizes.positions;
  for (size_t v = 0; v < kernel.values.size(); ++v) {
    const Value& value = kernel.values[v];
    const size_t slot = static_cast<size_t>(value.slot);
    char* const base = value.shape == Uniform ? (value.shared ? rows : scalars) + slot * 8
                                              : (value.shared ? rows + sizes.rowScalars : slots) + slot * sizes.slot;
    frame.at[v] = frame.home[v] = base;
  }
  frame.count[Uniform] = 1;
  for (int d = 0; d < launch.dims; ++d) {
    frame.start[d] = 0;
    frame.extent[d] = 1;
  }
}

inline void run(Frame& frame, const std::vector<Instruction>& section) {
  for (const Instruction& instruction : section) instruction.run(frame, instruction, frame.count[instruction.shape]);
}

// Moves to block `index` of the dimensions [from, to); returns the number of elements in it.
int64_t moveTo(Frame& frame, int64_t index, int from, int to) {
  const Launch& launch = *frame.launch;
  int64_t count = 1;
  for (int d = to - 1; d >= from; --d) {
    int64_t at = index;
    if (d > from) {
      const int64_t blocks = (launch.size[d] + launch.block[d] - 1) / launch.block[d];
      index = at / blocks;
      at -= index * blocks;
    }
    frame.start[d] = at * launch.block[d];
    frame.extent[d] = std::min(launch.block[d], launch.size[d] - frame.start[d]);
    count *= frame.extent[d];
  }
  return count;
}

void startRow(Frame& frame, int64_t block) { frame.count[Row] = moveTo(frame, block, 0, frame.launch->rowDims); }

void startPass(Frame& frame, const Pass& pass) {
  const Launch& launch = *frame.launch;
  frame.pass = &pass;
  for (const Fold& fold : pass.folds) {
    launch.table->folds[fold.monoid][fold.type].init(frame.foldStates + fold.stateOffset * launch.rowCapacity,
                                                     launch.rowCapacity, frame.count[Row]);
  }
}

void runTiles(Frame& frame, const Pass& pass, int64_t begin, int64_t end) {
  const Launch& launch = *frame.launch;
  for (int64_t tile = begin; tile < end; ++tile) {
    frame.count[Element] = frame.count[Row] * moveTo(frame, tile, launch.rowDims, launch.dims);
    run(frame, pass.element);
  }
  // Row instructions address operands that do not vary along the reduced dimensions.
  for (int d = launch.rowDims; d < launch.dims; ++d) frame.start[d] = 0;
}

int64_t tileElements(const Launch& launch) {
  int64_t count = 1;
  for (int d = 0; d < launch.dims; ++d) count *= launch.block[d];
  return count;
}

// As many pieces as make two microseconds of work: less is not worth another thread.
int64_t grainOf(double nanosecondsPerPiece) {
  return std::max<int64_t>(1, static_cast<int64_t>(2000 / std::max(nanosecondsPerPiece, 1e-3)));
}

// Rows are independent: threads take different ones.
void runRows(Launch& launch, const Sizes& sizes) {
  const Kernel& kernel = *launch.kernel;
  const double work = kernel.cost * static_cast<double>(tileElements(launch)) * static_cast<double>(std::max<int64_t>(launch.overTiles, 1));
  const auto body = [&](int64_t begin, int64_t end) {
    Frame frame;
    open(frame, launch, sizes, rowArena.take(sizes.row(launch)));
    frame.count[Row] = 1;
    run(frame, kernel.once);
    for (int64_t block = begin; block < end; ++block) {
      startRow(frame, block);
      run(frame, kernel.prologue);
      for (const Pass& pass : kernel.passes) {
        startPass(frame, pass);
        runTiles(frame, pass, 0, launch.overTiles);
        run(frame, pass.row);
      }
    }
  };
  const int64_t grain = grainOf(work);
  if (launch.rowBlocks <= grain) return body(0, launch.rowBlocks);
  Pool::instance().parallelFor(launch.rowBlocks, grain, body);
}

// Few rows, or none: threads take different tiles of one row. Pieces that are folded apart do not depend on the
// number of threads, and are combined in order, so that results do not either.
void runPieces(Launch& launch, const Sizes& sizes, int64_t piece) {
  const Kernel& kernel = *launch.kernel;
  char* const rows = rowArena.take(sizes.row(launch));
  Frame row;
  open(row, launch, sizes, rows);
  row.count[Row] = 1;
  run(row, kernel.once);
  const int64_t pieces = (launch.overTiles + piece - 1) / piece;
  const double work = kernel.cost * static_cast<double>(tileElements(launch) * piece);
  const int64_t grain = grainOf(work);
  for (int64_t block = 0; block < launch.rowBlocks; ++block) {
    startRow(row, block);
    run(row, kernel.prologue);
    for (const Pass& pass : kernel.passes) {
      startPass(row, pass);
      if (pieces <= std::max<int64_t>(grain, 1) && pass.folds.empty()) {
        runTiles(row, pass, 0, launch.overTiles);
        run(row, pass.row);
        continue;
      }
      const size_t stateWords = sizes.states / 8;
      int64_t* const states = pass.folds.empty() ? nullptr : reinterpret_cast<int64_t*>(stateArena.take(sizes.states * static_cast<size_t>(pieces)));
      // The frame of the row stays as it is: this thread works on tiles too, in a frame elsewhere.
      const size_t pointerBytes = kernel.values.size() * sizeof(char*);
      std::unique_ptr<char*[]> saved(new char*[2 * kernel.values.size()]);
      std::memcpy(saved.get(), row.at, pointerBytes);
      std::memcpy(saved.get() + kernel.values.size(), row.home, pointerBytes);
      char** const known = saved.get();
      const auto body = [&, known](int64_t begin, int64_t end) {
        Frame frame;
        open(frame, launch, sizes, rows);
        for (size_t v = 0; v < kernel.values.size(); ++v) {
          if (kernel.values[v].shared) frame.at[v] = known[v];
        }
        frame.count[Row] = row.count[Row];
        std::memcpy(frame.start, row.start, sizeof frame.start);
        std::memcpy(frame.extent, row.extent, sizeof frame.extent);
        for (int64_t p = begin; p < end; ++p) {
          if (states != nullptr) frame.foldStates = states + static_cast<size_t>(p) * stateWords;
          startPass(frame, pass);
          runTiles(frame, pass, p * piece, std::min(launch.overTiles, (p + 1) * piece));
        }
      };
      if (pieces <= grain) body(0, pieces);
      else Pool::instance().parallelFor(pieces, grain, body);
      // `row.at` may have been overwritten by a frame of this thread.
      std::memcpy(row.at, known, pointerBytes);
      std::memcpy(row.home, known + kernel.values.size(), pointerBytes);
      startPass(row, pass);
      for (int64_t p = 0; p < pieces && states != nullptr; ++p) {
        for (const Fold& fold : pass.folds) {
          const int64_t offset = fold.stateOffset * launch.rowCapacity;
          launch.table->folds[fold.monoid][fold.type].combine(row.foldStates + offset, states + static_cast<size_t>(p) * stateWords + offset,
                                                              launch.rowCapacity, row.count[Row]);
        }
      }
      run(row, pass.row);
    }
  }
}

// Tiles per piece, from the shape alone.
int64_t pieceOf(const Launch& launch) {
  constexpr int64_t elements = 16384, most = 64;
  const int64_t tiles = std::max<int64_t>(1, elements / tileElements(launch));
  return std::max(tiles, (launch.overTiles + most - 1) / most);
}

void execute(Launch& launch) {
  for (int d = 0; d < launch.dims; ++d) {
    if (launch.size[d] == 0 && (d < launch.rowDims || !launch.kernel->reducing)) return;
  }
  const Sizes sizes(launch);
  if (!launch.kernel->reducing) return runPieces(launch, sizes, 1);
  const int64_t piece = pieceOf(launch);
  if (launch.rowBlocks < 8 && launch.overTiles > 2 * piece) return runPieces(launch, sizes, piece);
  runRows(launch, sizes);
}

}  // namespace

}  // namespace flambeau::fused

namespace flambeau {

void fusedRun(const double* payload, Runtime& runtime) {
  if (payload[1] < 0) return fusedRelease(static_cast<int>(payload[0]));
  static thread_local fused::Launch launch;
  launch.divisionByZero.store(false, std::memory_order_relaxed);
  if (!fused::readLaunch(payload, runtime, launch)) {
    runtime.fail({ErrorCode::Internal, 0, static_cast<int64_t>(payload[0]), 0, 0});
    return;
  }
  fused::execute(launch);
  if (launch.divisionByZero.load(std::memory_order_relaxed)) runtime.fail({ErrorCode::DivisionByZero, launch.op, 0, 0, 0});
}

}  // namespace flambeau
