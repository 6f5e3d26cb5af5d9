// What gather and scatter share: walking a box of positions of which each addresses an element of a tensor, partly
// through index tensors.
#pragma once

#include <cstdint>
#include <mutex>

#include "runtime/view.h"

namespace flambeau {

// Strides are in elements. `walked` is the operand that has the box's shape, `addressed` the one whose elements are
// looked up. Neighbouring dimensions that every operand walks as one are merged; there is always at least one.
struct Addressing {
  struct Index {
    const char* data;
    DType dtype;
    int64_t strides[maxRank];
    // Of the dimension it indexes.
    int64_t size, stride;
    int dimension;
  };

  int op = 0;
  bool wrap = false;
  DType dtype = DType::Float32;
  int rank = 0;
  int64_t sizes[maxRank];
  char* walked = nullptr;
  int64_t walkedStrides[maxRank];
  char* addressed = nullptr;
  int64_t addressedStrides[maxRank];  // along coordinates copied from the position
  // Whether the position along a dimension is a coordinate by itself: boxes split there address disjoint elements.
  bool owned[maxRank];
  int indexCount = 0;
  Index indices[maxRank];
  // Where the box starts within the whole, and the whole's row-major strides: for telling which bad index came first.
  int64_t firstPosition = 0;
  int64_t positionStrides[maxRank];

  int64_t positions() const {
    int64_t n = 1;
    for (int d = 0; d < rank; ++d) n *= sizes[d];
    return n;
  }
  // Positions [begin, end) along dimension d only.
  Addressing part(int d, int64_t begin, int64_t end) const;
};

// Decodes what `addressing` in src/kernels/indexing.ts wrote.
Addressing readAddressing(Cursor& cursor, const Runtime& runtime);

inline int64_t loadIndex(const char* data, DType dtype, int64_t at) {
  switch (dtype) {
    case DType::Int64: return reinterpret_cast<const int64_t*>(data)[at];
    case DType::Int32: return reinterpret_cast<const int32_t*>(data)[at];
    case DType::Int16: return reinterpret_cast<const int16_t*>(data)[at];
    case DType::Int8: return reinterpret_cast<const int8_t*>(data)[at];
    default: return reinterpret_cast<const uint8_t*>(data)[at];
  }
}

// The first bad index in row-major order, whichever thread found it.
class FirstError {
 public:
  void note(int64_t position, int64_t value, const Addressing::Index& index);
  void report(int op, Runtime& runtime) const;

 private:
  std::mutex mutex;
  bool found = false;
  int64_t position = 0, value = 0, size = 0;
  int dimension = 0;
};

// The element an index chooses, as an offset, or false.
inline bool resolve(const Addressing::Index& index, bool wrap, int64_t value, int64_t& offset) {
  const int64_t i = wrap && value < 0 ? value + index.size : value;
  if (static_cast<uint64_t>(i) >= static_cast<uint64_t>(index.size)) return false;
  offset += i * index.stride;
  return true;
}

// Walks the box in row-major order. Where no index varies along the last dimension `line(walked offset, addressed
// offset)` is called once per line; else `element` with the same arguments. What has a bad index is left out.
template <typename Line, typename Element>
void walk(const Addressing& a, FirstError& errors, Line&& line, Element&& element) {
  const int last = a.rank - 1;
  const int64_t count = a.sizes[last];
  if (a.positions() == 0) return;
  int moving[maxRank], movingCount = 0, fixed[maxRank], fixedCount = 0;
  for (int k = 0; k < a.indexCount; ++k) {
    if (a.indices[k].strides[last] != 0 && count > 1) moving[movingCount++] = k;
    else fixed[fixedCount++] = k;
  }
  int64_t at[maxRank] = {}, indexAt[maxRank] = {};
  int64_t walked = 0, addressed = 0, position = a.firstPosition;
  for (;;) {
    int64_t base = addressed;
    bool good = true;
    for (int f = 0; f < fixedCount; ++f) {
      const Addressing::Index& index = a.indices[fixed[f]];
      const int64_t value = loadIndex(index.data, index.dtype, indexAt[fixed[f]]);
      if (!resolve(index, a.wrap, value, base)) {
        errors.note(position, value, index);
        good = false;
      }
    }
    if (good && movingCount == 0) {
      line(walked, base);
    } else if (good) {
      for (int64_t i = 0; i < count; ++i) {
        int64_t offset = base + i * a.addressedStrides[last];
        bool inside = true;
        for (int m = 0; m < movingCount; ++m) {
          const Addressing::Index& index = a.indices[moving[m]];
          const int64_t value = loadIndex(index.data, index.dtype, indexAt[moving[m]] + i * index.strides[last]);
          if (!resolve(index, a.wrap, value, offset)) {
            errors.note(position + i * a.positionStrides[last], value, index);
            inside = false;
            break;
          }
        }
        if (inside) element(walked + i * a.walkedStrides[last], offset);
      }
    }
    int d = last - 1;
    for (; d >= 0; --d) {
      const int64_t back = ++at[d] < a.sizes[d] ? 1 : 1 - a.sizes[d];
      walked += back * a.walkedStrides[d];
      addressed += back * a.addressedStrides[d];
      position += back * a.positionStrides[d];
      for (int k = 0; k < a.indexCount; ++k) indexAt[k] += back * a.indices[k].strides[d];
      if (back == 1) break;
      at[d] = 0;
    }
    if (d < 0) return;
  }
}

}  // namespace flambeau
