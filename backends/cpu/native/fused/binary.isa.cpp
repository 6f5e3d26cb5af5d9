// Instructions of two arguments.
#include "fused/floats.h"
#include "fused/integers.h"
#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

#define FLAMBEAU_UNARY(name, types)
#define FLAMBEAU_TEST(name, types)
#define FLAMBEAU_BINARY(name, types) \
  struct Binary_##name { template <class T> static T apply(T a, T b) { return ops::name(a, b); } };
#define FLAMBEAU_COMPARE(name, types) \
  struct Binary_##name { template <class T> static bool apply(T a, T b) { return ops::name(a, b); } };
#define FLAMBEAU_TERNARY(name, types)
#define FLAMBEAU_QUINARY(name, types)
#define FLAMBEAU_SELECT(name, types)
#define FLAMBEAU_CAST(name, types, to)
#include "fused/instructions.def"
#undef FLAMBEAU_BINARY
#undef FLAMBEAU_COMPARE

template <int set, class Op, bool test>
void add(Table& table, int op) {
  forTypes<set>([&](auto type) {
    using T = typename Of<type()>::T;
    using R = std::conditional_t<test, uint8_t, T>;
    table.element[op][type()][0] = binaryLoop<Op, T, R, 0>;
    table.element[op][type()][1] = binaryLoop<Op, T, R, 1>;
    table.element[op][type()][2] = binaryLoop<Op, T, R, 2>;
  });
}

// Integer division: a zero divisor is an error that the launch reports when it is done.
template <class Op, class T, int form>
void divisionLoop(Frame& frame, const Instruction& in, int64_t n) {
  const T* b = at<T>(frame, in.b);
  bool zero = false;
  for (int64_t i = 0; i < ((form & 2) != 0 ? 1 : n); ++i) zero |= b[i] == 0;
  if (zero && n > 0) frame.launch->divisionByZero.store(true, std::memory_order_relaxed);
  binaryLoop<Op, T, T, form>(frame, in, n);
}

template <class Op>
void addDivision(Table& table, int op) {
  forTypes<INTEGERS>([&](auto type) {
    using T = typename Of<type()>::T;
    table.element[op][type()][0] = divisionLoop<Op, T, 0>;
    table.element[op][type()][1] = divisionLoop<Op, T, 1>;
    table.element[op][type()][2] = divisionLoop<Op, T, 2>;
  });
}

#if defined(__FMA__) || defined(__aarch64__)
// a / b for one b: multiplies by the reciprocal and corrects the quotient by its exact remainder, which rounds as a
// division would (Markstein 1990) at a third of the time. Extreme divisors take the plain loop.
void divideByScalar(Frame& frame, const Instruction& in, int64_t n) {
  const float b = *at<float>(frame, in.b);
  if (!(magnitude(b) > 0x1p-100f && magnitude(b) < 0x1p100f)) {
    return binaryLoop<Binary_div, float, float, 2>(frame, in, n);
  }
  const float* a = at<float>(frame, in.a);
  float* d = at<float>(frame, in.d);
  const float r = 1 / b;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    const float q = a[i] * r;
    const float better = __builtin_fmaf(__builtin_fmaf(-q, b, a[i]), r, q);
    d[i] = (q != 0) & (magnitude(q) < infinity<float>) ? better : q;
  }
}
#endif

}  // namespace

void addBinary(Table& table) {
#define FLAMBEAU_BINARY(name, types) add<(types), Binary_##name, false>(table, op_##name);
#define FLAMBEAU_COMPARE(name, types) add<(types), Binary_##name, true>(table, op_##name);
#include "fused/instructions.def"
#if defined(__FMA__) || defined(__aarch64__)
  table.element[op_div][F32][2] = divideByScalar;
#endif
  addDivision<Binary_floorDiv>(table, op_floorDiv);
  addDivision<Binary_truncDiv>(table, op_truncDiv);
  addDivision<Binary_fmod>(table, op_fmod);
  addDivision<Binary_remainder>(table, op_remainder);
}

}  // namespace flambeau::FLAMBEAU_ISA
