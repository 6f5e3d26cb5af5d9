// Decoding of operands: the C++ side of `CommandQueue.operand`.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/runtime.h"

namespace flambeau {

// Order of `dtypeNames` in the core package.
enum class DType : int { Bool, UInt8, Int8, Int16, Int32, Int64, Float16, BFloat16, Float32, Float64 };

inline size_t bytesOf(DType dtype) {
  static constexpr uint8_t bytes[] = {1, 1, 1, 2, 4, 8, 2, 2, 4, 8};
  return bytes[static_cast<int>(dtype)];
}

constexpr int maxRank = 16;

// Strides are in elements; `data` already includes the offset.
struct View {
  char* data = nullptr;
  DType dtype = DType::Float32;
  int rank = 0;
  int64_t shape[maxRank];
  int64_t strides[maxRank];

  int64_t elements() const {
    int64_t n = 1;
    for (int d = 0; d < rank; ++d) n *= shape[d];
    return n;
  }
  bool contiguous() const {
    int64_t expected = 1;
    for (int d = rank - 1; d >= 0; --d) {
      if (shape[d] != 1 && strides[d] != expected) return false;
      expected *= shape[d];
    }
    return true;
  }
};

// Walks a payload.
class Cursor {
 public:
  explicit Cursor(const double* payload) : at(payload) {}
  double number() { return *at++; }
  int64_t integer() { return static_cast<int64_t>(*at++); }
  bool flag() { return *at++ != 0; }

  // [buffer id, dtype, offset, rank, ...shape, ...strides]
  View view(const Runtime& runtime) {
    View v;
    char* base = static_cast<char*>(runtime.pointer(*at++));
    v.dtype = static_cast<DType>(static_cast<int>(*at++));
    v.data = base + integer() * static_cast<int64_t>(bytesOf(v.dtype));
    v.rank = static_cast<int>(*at++);
    for (int d = 0; d < v.rank; ++d) v.shape[d] = integer();
    for (int d = 0; d < v.rank; ++d) v.strides[d] = integer();
    return v;
  }

 private:
  const double* at;
};

}  // namespace flambeau
