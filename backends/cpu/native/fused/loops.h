// Loops over a tile, one per instruction and form.
#pragma once

#include <type_traits>

#include "fused/frame.h"

namespace flambeau::FLAMBEAU_ISA {

using fused::at;
using fused::Frame;
using fused::Instruction;
using fused::Table;

template <int type> struct Of;
template <> struct Of<fused::F32> { using T = float; };
template <> struct Of<fused::F64> { using T = double; };
template <> struct Of<fused::I32> { using T = int32_t; };
template <> struct Of<fused::I64> { using T = int64_t; };
template <> struct Of<fused::Bool> { using T = uint8_t; };

// Calls f(std::integral_constant<int, type>) for every type in the set.
template <int set, int type = 0, class F>
static inline void forTypes(F&& f) {
  if constexpr (type < fused::typeCount) {
    if constexpr ((set >> type & 1) != 0) f(std::integral_constant<int, type>{});
    forTypes<set, type + 1>(f);
  }
}

// A result may be stored over an argument of the same width, element by element, hence `ivdep` and no `restrict`.
template <class Op, class T, class R>
void unaryLoop(Frame& frame, const Instruction& in, int64_t n) {
  const T* a = at<T>(frame, in.a);
  R* d = at<R>(frame, in.d);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) d[i] = static_cast<R>(Op::apply(a[i]));
}

// `form`: which arguments are scalars.
template <class Op, class T, class R, int form>
void binaryLoop(Frame& frame, const Instruction& in, int64_t n) {
  const T* a = at<T>(frame, in.a);
  const T* b = at<T>(frame, in.b);
  R* d = at<R>(frame, in.d);
  [[maybe_unused]] const T x = *a, y = *b;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) d[i] = static_cast<R>(Op::apply((form & 1) != 0 ? x : a[i], (form & 2) != 0 ? y : b[i]));
}

template <class Op, class A, class T, int form>
void ternaryLoop(Frame& frame, const Instruction& in, int64_t n) {
  const A* a = at<A>(frame, in.a);
  const T* b = at<T>(frame, in.b);
  const T* c = at<T>(frame, in.c);
  T* d = at<T>(frame, in.d);
  [[maybe_unused]] const A x = *a;
  [[maybe_unused]] const T y = *b, z = *c;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    d[i] = Op::apply((form & 1) != 0 ? x : a[i], (form & 2) != 0 ? y : b[i], (form & 4) != 0 ? z : c[i]);
  }
}

void addUnary(Table& table);
void addBinary(Table& table);
void addTernary(Table& table);
void addConversions(Table& table);
void addFolds(Table& table);
void addRandom(Table& table);
void addWide(Table& table);

}  // namespace flambeau::FLAMBEAU_ISA
