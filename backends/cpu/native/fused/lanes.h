// Folding a run of values with several vector accumulators.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "fused/bits.h"

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

// Folds in T with 64 bytes x 4 of accumulators, then in Wide. Comparisons are left to the compiler's own vectoriser,
// which knows mask registers; sums are not, since it may not reorder them.
template <class Op, class T, class Wide>
static inline Wide foldRun(const T* x, int64_t n) {
  constexpr int width = Lanes<T>::width;
  constexpr bool compares = std::is_same_v<Op, Greater> || std::is_same_v<Op, Less>;
  Wide total = Op::template identity<Wide>;
  int64_t i = 0;
  if (n >= 2 * width && compares) {
    constexpr int lanes = 2 * width;
    T acc[lanes];
    for (int l = 0; l < lanes; ++l) acc[l] = x[l];
    for (i = lanes; i + lanes <= n; i += lanes) {
#pragma GCC ivdep
      for (int l = 0; l < lanes; ++l) acc[l] = Op::apply(acc[l], x[i + l]);
    }
    total = static_cast<Wide>(foldLanes<Op>(acc));
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
    Wide lanes[width];
    for (int l = 0; l < width; ++l) lanes[l] = static_cast<Wide>(last[l]);
    total = foldLanes<Op>(lanes);
  }
  for (; i < n; ++i) total = Op::apply(total, static_cast<Wide>(x[i]));
  return total;
}

}  // namespace flambeau::FLAMBEAU_ISA
