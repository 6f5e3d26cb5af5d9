// Element types of the structured kernels, and a switch from a dtype to one of them.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "runtime/view.h"

namespace flambeau {

// 16-bit floats compute as float; a conversion back rounds to nearest, ties to even.
struct Half {
  uint16_t bits;
  Half() = default;
  explicit Half(float value) {
    uint32_t x;
    std::memcpy(&x, &value, 4);
    const uint32_t sign = x >> 16 & 0x8000u;
    x &= 0x7fffffffu;
    if (x > 0x7f800000u) {
      bits = static_cast<uint16_t>(sign | 0x7e00u);
    } else if (x >= 0x477ff000u) {
      bits = static_cast<uint16_t>(sign | 0x7c00u);  // rounds to 65536 or more
    } else if (x < 0x38800000u) {
      // Subnormal: adding 0.5 lines the last place up with the float's own, which then rounds as wanted.
      float magnitude;
      std::memcpy(&magnitude, &x, 4);
      magnitude += 0.5f;
      std::memcpy(&x, &magnitude, 4);
      bits = static_cast<uint16_t>(sign | (x - 0x3f000000u));
    } else {
      x += 0xfffu + (x >> 13 & 1u);
      bits = static_cast<uint16_t>(sign | ((x - 0x38000000u) >> 13));
    }
  }
  operator float() const {
    const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
    const uint32_t rest = bits & 0x7fffu;
    float value;
    if (rest < 0x400u) {
      value = static_cast<float>(rest) * 0x1p-24f;
      return sign != 0 ? -value : value;
    }
    const uint32_t word = sign | (rest >= 0x7c00u ? 0x7f800000u | (rest & 0x3ffu) << 13 : (rest << 13) + 0x38000000u);
    std::memcpy(&value, &word, 4);
    return value;
  }
};

struct BFloat16 {
  uint16_t bits;
  BFloat16() = default;
  explicit BFloat16(float value) {
    uint32_t x;
    std::memcpy(&x, &value, 4);
    if ((x & 0x7fffffffu) > 0x7f800000u) {
      bits = static_cast<uint16_t>(x >> 16 | 0x40u);
    } else {
      bits = static_cast<uint16_t>((x + 0x7fffu + (x >> 16 & 1u)) >> 16);
    }
  }
  operator float() const {
    const uint32_t word = static_cast<uint32_t>(bits) << 16;
    float value;
    std::memcpy(&value, &word, 4);
    return value;
  }
};

// One byte, 0 or 1.
struct Bool {
  uint8_t bits;
  Bool() = default;
  explicit Bool(bool value) : bits(value ? 1 : 0) {}
  operator bool() const { return bits != 0; }
};

template <typename T>
constexpr bool isFloating = std::is_floating_point_v<T> || std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

template <typename T>
inline bool isNan(T value) {
  if constexpr (isFloating<T>) {
    return value != value;
  } else {
    static_cast<void>(value);
    return false;
  }
}

// Element of type T from a value of any other, as `Tensor.to` converts.
template <typename T, typename From>
inline T convertTo(From value) {
  if constexpr (std::is_same_v<T, From>) {
    return value;
  } else if constexpr (std::is_same_v<T, Bool>) {
    return T(isFloating<From> ? static_cast<double>(value) != 0 : static_cast<int64_t>(value) != 0);
  } else if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) {
    return T(static_cast<float>(value));
  } else if constexpr (std::is_integral_v<T> && isFloating<From>) {
    // The conversion of what does not fit is undefined in C++; it gives the lowest value here.
    const double wide = static_cast<double>(value);
    return wide > -0x1p63 && wide < 0x1p63 ? static_cast<T>(static_cast<int64_t>(wide))
                                           : static_cast<T>(std::numeric_limits<int64_t>::min());
  } else {
    return static_cast<T>(value);
  }
}

template <typename T>
struct Type {
  using type = T;
};

// Calls `f(Type<T>{})` with the element type of `dtype`.
template <typename F>
decltype(auto) withType(DType dtype, F&& f) {
  switch (dtype) {
    case DType::Bool: return f(Type<Bool>{});
    case DType::UInt8: return f(Type<uint8_t>{});
    case DType::Int8: return f(Type<int8_t>{});
    case DType::Int16: return f(Type<int16_t>{});
    case DType::Int32: return f(Type<int32_t>{});
    case DType::Int64: return f(Type<int64_t>{});
    case DType::Float16: return f(Type<Half>{});
    case DType::BFloat16: return f(Type<BFloat16>{});
    case DType::Float32: return f(Type<float>{});
    default: return f(Type<double>{});
  }
}

}  // namespace flambeau
