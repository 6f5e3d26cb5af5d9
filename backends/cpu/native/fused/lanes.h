// Folding a run of values with several vector accumulators.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "fused/bits.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace flambeau::FLAMBEAU_ISA {

template <class T> struct Lanes {
  static constexpr int width = 64 / sizeof(T);
  typedef T Vector __attribute__((vector_size(64)));
};
template <class T> using Vector = typename Lanes<T>::Vector;

template <class T>
static inline Vector<T> loadLanes(const T* from) {
  Vector<T> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

// Each works on scalars and on vectors.
struct Plus {
  template <class V> static V apply(V a, V b) { return a + b; }
  template <class T> static constexpr T identity = T(0);
};
struct Times {
  template <class V> static V apply(V a, V b) { return a * b; }
  template <class T> static constexpr T identity = T(1);
};
// NaN wins: `a` is what has been folded so far.
struct Greater {
  template <class V> static V apply(V a, V b) { return ((b > a) | (b != b)) ? b : a; }
  template <class T> static constexpr T identity =
      std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
};
struct Less {
  template <class V> static V apply(V a, V b) { return ((b < a) | (b != b)) ? b : a; }
  template <class T> static constexpr T identity =
      std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
};

// Integers fold as unsigned where they may wrap.
template <class Op, class T>
using FoldElement = std::conditional_t<std::is_integral_v<T> && (std::is_same_v<Op, Plus> || std::is_same_v<Op, Times>),
                                       std::make_unsigned_t<std::conditional_t<std::is_integral_v<T>, T, int>>, T>;

// Folds lanes pairwise, which leaves the compiler vectors to work with.
template <class Op, int count, class T>
static inline T foldLanes(T (&lanes)[count]) {
  for (int half = count / 2; half > 0; half /= 2) {
#pragma GCC ivdep
    for (int l = 0; l < half; ++l) lanes[l] = Op::apply(lanes[l], lanes[l + half]);
  }
  return lanes[0];
}

#if defined(__AVX512F__)
// The greatest or least of a run, NaN where there is one: hardware extremes drop it, so it is looked for beside them.
template <class Op>
static inline float extremeRun(const float* x, int64_t n) {
  constexpr bool greatest = std::is_same_v<Op, Greater>;
  const auto pick = [](__m512 a, __m512 b) { return greatest ? _mm512_max_ps(a, b) : _mm512_min_ps(a, b); };
  const __m512 identity = _mm512_set1_ps(Op::template identity<float>);
  __m512 acc[4] = {identity, identity, identity, identity};
  __mmask16 odd = 0;
  const auto take = [&](int which, __m512 v) {
    odd = _kor_mask16(odd, _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q));
    acc[which] = pick(v, acc[which]);
  };
  int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    for (int k = 0; k < 4; ++k) take(k, _mm512_loadu_ps(x + i + 16 * k));
  }
  for (; i < n; i += 16) {
    const __mmask16 there = n - i < 16 ? static_cast<__mmask16>((1u << (n - i)) - 1) : static_cast<__mmask16>(0xffff);
    take(0, _mm512_mask_loadu_ps(identity, there, x + i));
  }
  if (odd != 0) return std::numeric_limits<float>::quiet_NaN();
  const __m512 all = pick(pick(acc[0], acc[1]), pick(acc[2], acc[3]));
  return greatest ? _mm512_reduce_max_ps(all) : _mm512_reduce_min_ps(all);
}
#endif

// The lanes of a vector as doubles, and their sum.
template <class T> struct WideLanes { typedef double Vector __attribute__((vector_size(sizeof(double) * Lanes<T>::width))); };
template <class T> using Wide = typename WideLanes<T>::Vector;

template <class T>
static inline Wide<T> widened(Vector<T> v) { return __builtin_convertvector(v, Wide<T>); }

template <class T>
static inline double sumOf(Wide<T> v) {
  typedef double Eight __attribute__((vector_size(64)));
  constexpr size_t count = sizeof v / sizeof(Eight);
  Eight parts[count];
  std::memcpy(parts, &v, sizeof v);
  for (size_t i = 1; i < count; ++i) parts[0] += parts[i];
  double lanes[8];
  std::memcpy(lanes, parts, sizeof lanes);
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// Folds in T with 64 bytes x 4 of accumulators, then in W. Comparisons are left to the compiler's own vectoriser,
// which knows mask registers; sums are not, since it may not reorder them.
template <class Op, class T, class W>
static inline W foldRun(const T* x, int64_t n) {
  constexpr int width = Lanes<T>::width;
  constexpr bool compares = std::is_same_v<Op, Greater> || std::is_same_v<Op, Less>;
#if defined(__AVX512F__)
  if constexpr (compares && std::is_same_v<T, float>) return static_cast<W>(extremeRun<Op>(x, n));
#endif
  W total = Op::template identity<W>;
  int64_t i = 0;
  if (n >= 2 * width && compares) {
    constexpr int lanes = 2 * width;
    T acc[lanes];
    for (int l = 0; l < lanes; ++l) acc[l] = x[l];
    for (i = lanes; i + lanes <= n; i += lanes) {
#pragma GCC ivdep
      for (int l = 0; l < lanes; ++l) acc[l] = Op::apply(acc[l], x[i + l]);
    }
    total = static_cast<W>(foldLanes<Op>(acc));
  } else if (n >= width && !compares) {
    Vector<T> acc[4];
    for (auto& a : acc) a = Vector<T>{} + Op::template identity<T>;
    for (; i + 4 * width <= n; i += 4 * width) {
      acc[0] = Op::apply(acc[0], loadLanes(x + i));
      acc[1] = Op::apply(acc[1], loadLanes(x + i + width));
      acc[2] = Op::apply(acc[2], loadLanes(x + i + 2 * width));
      acc[3] = Op::apply(acc[3], loadLanes(x + i + 3 * width));
    }
    for (; i + width <= n; i += width) acc[0] = Op::apply(acc[0], loadLanes(x + i));
    const Vector<T> last = Op::apply(Op::apply(acc[0], acc[1]), Op::apply(acc[2], acc[3]));
    if constexpr (std::is_same_v<Op, Plus> && std::is_floating_point_v<T> && std::is_same_v<W, double>) {
      total = sumOf<T>(widened<T>(last));
    } else {
      W lanes[width];
      for (int l = 0; l < width; ++l) lanes[l] = static_cast<W>(last[l]);
      total = foldLanes<Op>(lanes);
    }
  }
  for (; i < n; ++i) total = Op::apply(total, static_cast<W>(x[i]));
  return total;
}

}  // namespace flambeau::FLAMBEAU_ISA
