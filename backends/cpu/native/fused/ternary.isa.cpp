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
#define FLAMBEAU_SELECT(name, types)                         \
  forTypes<(types)>([&](auto type) {                         \
    using T = typename Of<type()>::T;                        \
    addForms<Ternary_##name, uint8_t, T>(table.element[op_##name][type()]); \
  });
#include "fused/instructions.def"
}

}  // namespace flambeau::FLAMBEAU_ISA
