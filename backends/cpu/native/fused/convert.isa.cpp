// Copies between memory and tiles, with conversion between storage dtypes and compute types.
#include "fused/bits.h"
#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;

struct Half { uint16_t bits; };
struct BFloat { uint16_t bits; };

inline float widen(Half h) {
  // Exponent and mantissa in place; the product rebiases, denormals included. Infinity and NaN keep a full exponent.
  const uint32_t magnitudeBits = static_cast<uint32_t>(h.bits & 0x7fffu) << 13;
  const uint32_t scaled = bitsOf(fromBits(magnitudeBits) * 5.192296858534828e33f);
  const uint32_t bits = magnitudeBits >= 0x0f800000u ? magnitudeBits | 0x7f800000u : scaled;
  return fromBits(bits | static_cast<uint32_t>(h.bits & 0x8000u) << 16);
}
inline float widen(BFloat h) { return fromBits(static_cast<uint32_t>(h.bits) << 16); }

// Round to nearest, ties to even.
inline Half narrowHalf(float x) {
  const uint32_t u = bitsOf(x) & 0x7fffffffu;
  const uint32_t odd = (u >> 13) & 1;
  const uint32_t normal = (u - 0x38000000u + 0xfffu + odd) >> 13;
  // Adding 1/2 shifts a denormal's bits to the end of the mantissa and rounds them on the way.
  const uint32_t denormal = bitsOf(fromBits(u) + 0.5f) - 0x3f000000u;
  const uint32_t finite = u < 0x38800000u ? denormal : normal;
  const uint32_t limited = u >= 0x477ff000u ? 0x7c00u : finite;
  const uint32_t r = u > 0x7f800000u ? 0x7e00u : limited;
  return {static_cast<uint16_t>(r | (bitsOf(x) >> 16 & 0x8000u))};
}
inline BFloat narrowBFloat(float x) {
  const uint32_t u = bitsOf(x);
  const uint32_t rounded = (u + 0x7fffu + (u >> 16 & 1)) >> 16;
  return {static_cast<uint16_t>((u & 0x7fffffffu) > 0x7f800000u ? (u >> 16 | 0x40u) : rounded)};
}

template <class D, class S>
inline D converted(S s) {
  if constexpr (std::is_same_v<S, Half> || std::is_same_v<S, BFloat>) return converted<D>(widen(s));
  else if constexpr (std::is_same_v<D, Half>) return narrowHalf(static_cast<float>(s));
  else if constexpr (std::is_same_v<D, BFloat>) return narrowBFloat(static_cast<float>(s));
  else if constexpr (std::is_same_v<D, S>) return s;
  else if constexpr (std::is_floating_point_v<S> && std::is_integral_v<D>) {
    // Only reached when a program's kinds and its storage differ.
    if (!(s >= S(-9.2e18) && s <= S(9.2e18))) return D(0);
    return static_cast<D>(static_cast<int64_t>(s));
  } else return static_cast<D>(s);
}

struct BoolByte { uint8_t byte; };

template <class S, class D>
inline D element(S s) {
  if constexpr (std::is_same_v<D, BoolByte>) {
    if constexpr (std::is_same_v<S, Half> || std::is_same_v<S, BFloat>) return {static_cast<uint8_t>((s.bits & 0x7fffu) != 0)};
    else return {static_cast<uint8_t>(s != S(0))};
  } else return converted<D>(s);
}

template <class S, class D>
void copy(const char* from, int64_t fromStride, char* to, int64_t toStride, int64_t n) {
  constexpr int64_t fromWidth = sizeof(S), toWidth = sizeof(D);
  const S* s = reinterpret_cast<const S*>(from);
  D* d = reinterpret_cast<D*>(to);
  if (toStride == toWidth) {
    if (fromStride == fromWidth) {
#pragma GCC ivdep
      for (int64_t i = 0; i < n; ++i) d[i] = element<S, D>(s[i]);
    } else if (fromStride == 0) {
      const D x = element<S, D>(*s);
      for (int64_t i = 0; i < n; ++i) d[i] = x;
    } else {
      for (int64_t i = 0; i < n; ++i, from += fromStride) d[i] = element<S, D>(*reinterpret_cast<const S*>(from));
    }
    return;
  }
  for (int64_t i = 0; i < n; ++i, from += fromStride, to += toStride) {
    *reinterpret_cast<D*>(to) = element<S, D>(*reinterpret_cast<const S*>(from));
  }
}

template <class F>
void forStorage(F&& f) {
  f(static_cast<int>(DType::Bool), uint8_t{});
  f(static_cast<int>(DType::UInt8), uint8_t{});
  f(static_cast<int>(DType::Int8), int8_t{});
  f(static_cast<int>(DType::Int16), int16_t{});
  f(static_cast<int>(DType::Int32), int32_t{});
  f(static_cast<int>(DType::Int64), int64_t{});
  f(static_cast<int>(DType::Float16), Half{});
  f(static_cast<int>(DType::BFloat16), BFloat{});
  f(static_cast<int>(DType::Float32), float{});
  f(static_cast<int>(DType::Float64), double{});
}

}  // namespace

void addConversions(Table& table) {
  forStorage([&](int dtype, auto storage) {
    using S = decltype(storage);
    forTypes<fused::types::NUMBERS>([&](auto type) {
      using T = typename Of<type()>::T;
      table.load[dtype][type()] = copy<S, T>;
      table.store[type()][dtype] = copy<T, S>;
    });
    table.load[dtype][Bool] = copy<S, BoolByte>;
    table.store[Bool][dtype] = copy<uint8_t, S>;
  });
  forTypes<fused::types::NUMBERS>([&](auto type) {
    table.store[type()][static_cast<int>(DType::Bool)] = copy<typename Of<type()>::T, BoolByte>;
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
