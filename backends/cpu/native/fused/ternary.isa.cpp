// Instructions of three arguments. Products are rounded before they are added, so that a value does not depend on
// whether the compiler of the bytecode merged two instructions.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif
#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

struct Ternary_mulAdd { template <class T> static T apply(T a, T b, T c) { return a * b + c; } };
struct Ternary_mulSub { template <class T> static T apply(T a, T b, T c) { return a * b - c; } };
struct Ternary_subMul { template <class T> static T apply(T a, T b, T c) { return c - a * b; } };
struct Ternary_shiftScale { template <class T> static T apply(T a, T b, T c) { return (a - b) * c; } };
struct Ternary_select { template <class T> static T apply(uint8_t a, T b, T c) { return a != 0 ? b : c; } };

// Steps of 0 stand for scalars, by which loops over whole tiles are told from others at compile time.
template <class T, class Steps>
inline void normalizeRun(T* d, const T* const (&x)[5], int64_t n, Steps) {
  constexpr Steps steps{};
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    d[i] = ((x[0][i * steps[0]] - x[1][i * steps[1]]) * x[2][i * steps[2]]) * x[3][i * steps[3]] + x[4][i * steps[4]];
  }
}

template <int b, int c, int e, int f>
struct Steps {
  constexpr int64_t operator[](int i) const { return i == 0 ? 1 : i == 1 ? b : i == 2 ? c : i == 3 ? e : f; }
};

// (a - b) c e + f, with e and f named by the halves of imm.
template <class T>
void normalize(Frame& frame, const Instruction& in, int64_t n) {
  const int values[5] = {in.a, in.b, in.c, static_cast<int>(in.imm & 0xffffffff), static_cast<int>(in.imm >> 32)};
  const T* x[5];
  int tiles = 0;
  for (int i = 0; i < 5; ++i) {
    x[i] = at<T>(frame, values[i]);
    if (frame.launch->kernel->values[static_cast<size_t>(values[i])].shape == in.shape) tiles |= 1 << i;
  }
  T* d = at<T>(frame, in.d);
  switch (tiles) {
    case 0b11001: return normalizeRun(d, x, n, Steps<0, 0, 1, 1>{});
    case 0b00001: return normalizeRun(d, x, n, Steps<0, 0, 0, 0>{});
    case 0b11111: return normalizeRun(d, x, n, Steps<1, 1, 1, 1>{});
    case 0b00111: return normalizeRun(d, x, n, Steps<1, 1, 0, 0>{});
    default:
      for (int64_t i = 0; i < n; ++i) {
        const auto take = [&](int k) { return x[k][(tiles >> k & 1) != 0 ? i : 0]; };
        d[i] = ((take(0) - take(1)) * take(2)) * take(3) + take(4);
      }
  }
}

template <class Op, class A, class T, int form = 0>
void addForms(Handler* forms) {
  if constexpr (form < formCount) {
    forms[form] = ternaryLoop<Op, A, T, form>;
    addForms<Op, A, T, form + 1>(forms);
  }
}

}  // namespace

void addTernary(Table& table) {
#define FLAMBEAU_UNARY(name, types)
#define FLAMBEAU_TEST(name, types)
#define FLAMBEAU_BINARY(name, types)
#define FLAMBEAU_COMPARE(name, types)
#define FLAMBEAU_CAST(name, types, to)
#define FLAMBEAU_TERNARY(name, types)                        \
  forTypes<(types)>([&](auto type) {                         \
    using T = typename Of<type()>::T;                        \
    addForms<Ternary_##name, T, T>(table.element[op_##name][type()]); \
  });
#define FLAMBEAU_QUINARY(name, types)                        \
  forTypes<(types)>([&](auto type) {                         \
    for (Handler& form : table.element[op_##name][type()]) form = name<typename Of<type()>::T>; \
  });
#define FLAMBEAU_SELECT(name, types)                         \
  forTypes<(types)>([&](auto type) {                         \
    using T = typename Of<type()>::T;                        \
    addForms<Ternary_##name, uint8_t, T>(table.element[op_##name][type()]); \
  });
#include "fused/instructions.def"
}

}  // namespace flambeau::FLAMBEAU_ISA
