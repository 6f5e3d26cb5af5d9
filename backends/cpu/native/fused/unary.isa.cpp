// Instructions of one argument, and casts.
#include "fused/floats.h"
#include "fused/integers.h"
#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

#define FLAMBEAU_UNARY(name, types) \
  struct Unary_##name { template <class T> static T apply(T x) { return ops::name(x); } };
#define FLAMBEAU_TEST(name, types) \
  struct Unary_##name { template <class T> static bool apply(T x) { return ops::name(x); } };
#define FLAMBEAU_BINARY(name, types)
#define FLAMBEAU_COMPARE(name, types)
#define FLAMBEAU_TERNARY(name, types)
#define FLAMBEAU_QUINARY(name, types)
#define FLAMBEAU_SELECT(name, types)
#define FLAMBEAU_CAST(name, types, to)
#include "fused/instructions.def"
#undef FLAMBEAU_UNARY
#undef FLAMBEAU_TEST
#undef FLAMBEAU_CAST

template <class R>
struct Cast {
  template <class T>
  static R apply(T x) {
    if constexpr (std::is_floating_point_v<T> && !std::is_floating_point_v<R>) {
      // Truncates; what R cannot hold saturates, and NaN becomes 0.
      constexpr T limit = static_cast<T>(static_cast<uint64_t>(1) << (sizeof(R) * 8 - 1));
      const T inside = x >= -limit && x < limit ? x : T(0);
      const R r = static_cast<R>(inside);
      const R high = x >= limit ? std::numeric_limits<R>::max() : r;
      return x < -limit ? std::numeric_limits<R>::min() : high;
    } else {
      return static_cast<R>(x);
    }
  }
};

// Angles whose reduction needs more digits than the vector code has go to the C library, a tile at a time.
template <class Vector, double (*library)(double)>
void trigonometric(Frame& frame, const Instruction& in, int64_t n) {
  const float* a = at<float>(frame, in.a);
  float* d = at<float>(frame, in.d);
  uint32_t beyond = 0;
  for (int64_t i = 0; i < n; ++i) beyond |= magnitude(a[i]) > 262144.0f ? 1u : 0u;
  if (beyond == 0) return unaryLoop<Vector, float, float>(frame, in, n);
  for (int64_t i = 0; i < n; ++i) d[i] = static_cast<float>(library(a[i]));
}

template <int set, class Op>
void addSame(Table& table, int op) {
  forTypes<set>([&](auto type) {
    using T = typename Of<type()>::T;
    table.element[op][type()][0] = unaryLoop<Op, T, T>;
  });
}
template <int set, class Op, class R>
void addTo(Table& table, int op) {
  forTypes<set>([&](auto type) { table.element[op][type()][0] = unaryLoop<Op, typename Of<type()>::T, R>; });
}

double sine(double x) { return std::sin(x); }
double cosine(double x) { return std::cos(x); }
double tangent(double x) { return std::tan(x); }

}  // namespace

void addUnary(Table& table) {
#define FLAMBEAU_UNARY(name, types) addSame<(types), Unary_##name>(table, op_##name);
#define FLAMBEAU_TEST(name, types) addTo<(types), Unary_##name, uint8_t>(table, op_##name);
#define FLAMBEAU_CAST(name, types, to) addTo<(types), Cast<to>, to>(table, op_##name);
#include "fused/instructions.def"
  table.element[op_sin][F32][0] = trigonometric<Unary_sin, sine>;
  table.element[op_cos][F32][0] = trigonometric<Unary_cos, cosine>;
  table.element[op_tan][F32][0] = trigonometric<Unary_tan, tangent>;
}

}  // namespace flambeau::FLAMBEAU_ISA
