// out[coordinates(p)] = reduce(out[coordinates(p)], src[p]), in row-major order of p wherever the same element of out
// is met twice: results do not depend on the number of threads.
#include <algorithm>

#include "kernels/addressing.h"
#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

enum class Reduce : int { Set, Add, Mul, Max, Min };

constexpr int64_t grain = 1 << 13;
// A narrower slice of a row would make threads write to the same cache lines.
constexpr int64_t narrowest = 32;

template <Reduce reduce, typename T>
inline T combine(T a, T b) {
  if constexpr (reduce == Reduce::Set) {
    return b;
  } else if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) {
    return T(combine<reduce, float>(a, b));
  } else if constexpr (std::is_same_v<T, Bool>) {
    return T(reduce == Reduce::Add || reduce == Reduce::Max ? a || b : a && b);
  } else if constexpr (reduce == Reduce::Max || reduce == Reduce::Min) {
    if (isNan(a)) return a;
    return isNan(b) || (reduce == Reduce::Max ? b > a : b < a) ? b : a;
  } else if constexpr (std::is_integral_v<T>) {
    const auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
    return static_cast<T>(reduce == Reduce::Add ? x + y : x * y);
  } else {
    return reduce == Reduce::Add ? a + b : a * b;
  }
}

template <Reduce reduce, typename T>
void scatter(const Addressing& a, FirstError& errors) {
  const int last = a.rank - 1;
  const int64_t count = a.sizes[last], from = a.walkedStrides[last], to = a.addressedStrides[last];
  const T* src = reinterpret_cast<const T*>(a.walked);
  T* out = reinterpret_cast<T*>(a.addressed);
  walk(
      a, errors,
      [=](int64_t walked, int64_t addressed) {
        const T* s = src + walked;
        T* o = out + addressed;
        if (to == 1 && from == 1) {
          for (int64_t i = 0; i < count; ++i) o[i] = combine<reduce>(o[i], s[i]);
        } else {
          for (int64_t i = 0; i < count; ++i) o[i * to] = combine<reduce>(o[i * to], s[i * from]);
        }
      },
      [=](int64_t walked, int64_t addressed) { out[addressed] = combine<reduce>(out[addressed], src[walked]); });
}

void scatterPart(const Addressing& a, Reduce reduce, FirstError& errors) {
  withType(a.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    switch (reduce) {
      case Reduce::Set: return scatter<Reduce::Set, T>(a, errors);
      case Reduce::Add: return scatter<Reduce::Add, T>(a, errors);
      case Reduce::Mul: return scatter<Reduce::Mul, T>(a, errors);
      case Reduce::Max: return scatter<Reduce::Max, T>(a, errors);
      case Reduce::Min: return scatter<Reduce::Min, T>(a, errors);
    }
  });
}

}  // namespace

void scatterCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const auto reduce = static_cast<Reduce>(cursor.integer());
  const Addressing a = readAddressing(cursor, runtime);
  const int64_t positions = a.positions();
  if (positions == 0) return;
  // Threads share the work along a dimension in which what they write is disjoint, the outermost of enough size.
  Pool& pool = Pool::instance();
  int split = -1;
  for (int d = a.rank - 1; d >= 0; --d) {
    const int64_t least = d == a.rank - 1 && a.rank > 1 ? narrowest * pool.threads() : pool.threads();
    if (a.owned[d] && a.sizes[d] >= least) split = d;
  }
  FirstError errors;
  if (split < 0) {
    scatterPart(a, reduce, errors);
  } else {
    const int64_t each = positions / a.sizes[split];
    const int64_t least = split == a.rank - 1 && a.rank > 1 ? narrowest : 1;
    pool.parallelFor(a.sizes[split], std::max(least, 1 + grain / each),
                     [&](int64_t begin, int64_t end) {
                       if (end - begin == a.sizes[split]) scatterPart(a, reduce, errors);
                       else scatterPart(a.part(split, begin, end), reduce, errors);
                     });
  }
  errors.report(a.op, runtime);
}

}  // namespace flambeau
