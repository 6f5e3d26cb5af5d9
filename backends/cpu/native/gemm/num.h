// The element types of the compute-bound kernels.
#pragma once

#include <cstdint>

namespace flambeau {

enum class Num : uint8_t { f32, f64, f16, bf16, i8, u8, i16, i32, i64, c64 };

/// Bytes of one element.
constexpr int64_t numBytes(Num type) {
  switch (type) {
    case Num::i8:
    case Num::u8: return 1;
    case Num::f16:
    case Num::bf16:
    case Num::i16: return 2;
    case Num::f32:
    case Num::i32: return 4;
    default: return 8;
  }
}

}  // namespace flambeau
