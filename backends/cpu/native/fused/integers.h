// The instructions of instructions.def for integers and booleans. Arithmetic wraps: it is done on unsigned values.
#pragma once

#include <cstdint>
#include <type_traits>

namespace flambeau::FLAMBEAU_ISA::ops {

template <class T> constexpr bool isWhole = std::is_same_v<T, int32_t> || std::is_same_v<T, int64_t>;
template <class T> using IfWhole = std::enable_if_t<isWhole<T>, T>;
template <class T> using Unsigned = std::make_unsigned_t<T>;
using Byte = uint8_t;  // a boolean: 0 or 1

template <class T> static inline IfWhole<T> neg(T x) { return static_cast<T>(Unsigned<T>(0) - static_cast<Unsigned<T>>(x)); }
template <class T> static inline IfWhole<T> abs(T x) { return x < 0 ? neg(x) : x; }
template <class T> static inline IfWhole<T> sign(T x) { return static_cast<T>((x > 0) - (x < 0)); }
template <class T> static inline IfWhole<T> relu(T x) { return x < 0 ? T(0) : x; }
template <class T> static inline IfWhole<T> bitnot(T x) { return ~x; }
template <class T> static inline std::enable_if_t<isWhole<T>, bool> signbit(T x) { return x < 0; }

template <class T> static inline bool isZero(T x) { return x == T(0); }
template <class T> static inline bool isNonzero(T x) { return !(x == T(0)); }

template <class T> static inline IfWhole<T> add(T a, T b) {
  return static_cast<T>(static_cast<Unsigned<T>>(a) + static_cast<Unsigned<T>>(b));
}
template <class T> static inline IfWhole<T> sub(T a, T b) {
  return static_cast<T>(static_cast<Unsigned<T>>(a) - static_cast<Unsigned<T>>(b));
}
template <class T> static inline IfWhole<T> mul(T a, T b) {
  return static_cast<T>(static_cast<Unsigned<T>>(a) * static_cast<Unsigned<T>>(b));
}

// Divisors of 0 give 0 here; the handler reports them (see binary.isa.cpp).
template <class T> static inline IfWhole<T> truncDiv(T a, T b) {
  if (b == 0) return 0;
  return b == -1 ? neg(a) : a / b;
}
template <class T> static inline IfWhole<T> fmod(T a, T b) { return b == 0 || b == -1 ? T(0) : a % b; }
template <class T> static inline IfWhole<T> floorDiv(T a, T b) {
  const T q = truncDiv(a, b), r = fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? q - 1 : q;
}
template <class T> static inline IfWhole<T> remainder(T a, T b) {
  const T r = fmod(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

// Negative exponents leave what rounds to an integer: powers of 1 and -1, else 0.
template <class T> static inline IfWhole<T> pow(T x, T y) {
  if (y < 0) return x == 1 ? T(1) : x == -1 ? ((y & 1) != 0 ? T(-1) : T(1)) : T(0);
  T result = 1;
  for (; y != 0; y >>= 1, x = mul(x, x)) {
    if ((y & 1) != 0) result = mul(result, x);
  }
  return result;
}
template <class T> static inline IfWhole<T> gcd(T a, T b) {
  while (b != 0) {
    const T r = fmod(a, b);
    a = b;
    b = r;
  }
  return abs(a);
}

template <class T> static inline std::enable_if_t<!std::is_floating_point_v<T>, T> max(T a, T b) { return a > b ? a : b; }
template <class T> static inline std::enable_if_t<!std::is_floating_point_v<T>, T> min(T a, T b) { return a < b ? a : b; }
template <class T> static inline T bitAnd(T a, T b) { return a & b; }
template <class T> static inline T bitOr(T a, T b) { return a | b; }
template <class T> static inline T bitXor(T a, T b) { return a ^ b; }
template <class T> static inline IfWhole<T> shl(T a, T b) {
  constexpr Unsigned<T> bits = sizeof(T) * 8;
  const Unsigned<T> n = static_cast<Unsigned<T>>(b);
  return n < bits ? static_cast<T>(static_cast<Unsigned<T>>(a) << (n & (bits - 1))) : T(0);
}
template <class T> static inline IfWhole<T> shr(T a, T b) {
  constexpr Unsigned<T> bits = sizeof(T) * 8;
  const Unsigned<T> n = static_cast<Unsigned<T>>(b);
  return a >> (n < bits ? n : bits - 1);
}

template <class T> static inline bool eq(T a, T b) { return a == b; }
template <class T> static inline bool ne(T a, T b) { return !(a == b); }
template <class T> static inline bool lt(T a, T b) { return a < b; }
template <class T> static inline bool le(T a, T b) { return a <= b; }
template <class T> static inline bool gt(T a, T b) { return a > b; }
template <class T> static inline bool ge(T a, T b) { return a >= b; }

}  // namespace flambeau::FLAMBEAU_ISA::ops
