// Inclusive prefix folds. Lines that lie side by side are folded together, so that memory is read along its rows.
#include <algorithm>
#include <vector>

#include "kernels/convert.h"
#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "kernels/lines.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

enum class Fold : int { Sum, Prod, Max, Min, LogSumExp };

constexpr int64_t width = 32;
// Lines that are themselves rows of memory: enough to hide the latency of adding, few enough to stay in the cache.
constexpr int64_t rowsAtOnce = 8;
constexpr int64_t grain = 1 << 12;

// What a running value is kept in: sums and products in double, extremes in the type itself.
template <Fold fold, typename T>
using Running = std::conditional_t<fold == Fold::Max || fold == Fold::Min, T,
                                   std::conditional_t<isFloating<T> || fold == Fold::LogSumExp, double, uint64_t>>;

template <Fold fold, typename T>
struct State {
  Running<fold, T> value;
  double scale;  // sum of exp(x - value), for logsumexp
  int64_t index;

  void first(T x, int64_t at) {
    value = static_cast<Running<fold, T>>(x);
    scale = 1;
    index = at;
  }
  void next(T x, int64_t at) {
    if constexpr (fold == Fold::Sum) {
      value += static_cast<Running<fold, T>>(x);
    } else if constexpr (fold == Fold::Prod) {
      value *= static_cast<Running<fold, T>>(x);
    } else if constexpr (fold == Fold::LogSumExp) {
      const auto y = static_cast<double>(x);
      if (y == value) {
        scale += 1;  // also where both are infinite
      } else if (y < value) {
        scale += std::exp(y - value);
      } else if (y > value) {
        scale = scale * std::exp(value - y) + 1;
        value = y;
      } else {
        value = std::numeric_limits<double>::quiet_NaN();  // one of the two is NaN, and stays
      }
    } else {
      if (isNan(x) || (!isNan(value) && (fold == Fold::Max ? x >= value : x <= value))) {
        value = x;
        index = at;
      }
    }
  }
  T result() const {
    if constexpr (fold == Fold::LogSumExp) {
      return convertTo<T>(value + std::log(scale));
    } else if constexpr (std::is_same_v<T, Bool>) {
      return T(value != 0);
    } else if constexpr (isFloating<T>) {
      return convertTo<T>(value);
    } else {
      return static_cast<T>(value);
    }
  }
};

struct Scan {
  View x, out, indices;
  bool hasIndices;
  int axis;
  bool reverse;
};

void storeIndex(const View& view, int64_t offset, int64_t value) {
  if (view.dtype == DType::Int64) {
    reinterpret_cast<int64_t*>(view.data)[offset] = value;
  } else {
    reinterpret_cast<int32_t*>(view.data)[offset] = static_cast<int32_t>(value);
  }
}

template <Fold fold, typename T>
void scanLines(const Scan& s, const Lines<3>& lines, int64_t begin, int64_t end) {
  const int64_t length = s.axis < 0 ? 1 : s.out.shape[s.axis];
  const int64_t xs = s.axis < 0 ? 0 : s.x.strides[s.axis], os = s.axis < 0 ? 0 : s.out.strides[s.axis];
  const int64_t is = s.axis < 0 ? 0 : s.indices.strides[s.axis];
  const T* x = reinterpret_cast<const T*>(s.x.data);
  T* out = reinterpret_cast<T*>(s.out.data);
  State<fold, T> states[width];
  const int64_t most = std::abs(xs) < std::abs(lines.innerStride(0)) ? rowsAtOnce : width;
  for (int64_t line = begin; line < end;) {
    const int64_t n = std::min({most, end - line, lines.neighbours(line)});
    int64_t at[3];
    lines.start(line, at);
    for (int64_t step = 0; step < length; ++step) {
      const int64_t i = s.reverse ? length - 1 - step : step;
      const T* xi = x + at[0] + i * xs;
      T* oi = out + at[1] + i * os;
      for (int64_t w = 0; w < n; ++w) {
        const T value = xi[w * lines.innerStride(0)];
        if (step == 0) states[w].first(value, i);
        else states[w].next(value, i);
        oi[w * lines.innerStride(1)] = states[w].result();
      }
      if (!s.hasIndices) continue;
      for (int64_t w = 0; w < n; ++w) {
        storeIndex(s.indices, at[2] + i * is + w * lines.innerStride(2), states[w].index);
      }
    }
    line += n;
  }
}

template <Fold fold>
void scan(const Scan& s) {
  const View* const views[] = {&s.x, &s.out, s.hasIndices ? &s.indices : &s.out};
  const Lines<3> lines(views, s.axis);
  const int64_t length = s.axis < 0 ? 1 : s.out.shape[s.axis];
  if (length == 0 || lines.count == 0) return;
  withType(s.out.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    Pool::instance().parallelFor(lines.count, 1 + grain / length, [&](int64_t begin, int64_t end) {
      scanLines<fold, T>(s, lines, begin, end);
    });
  });
}

}  // namespace

void scanCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const auto fold = static_cast<Fold>(cursor.integer());
  Scan s;
  s.axis = static_cast<int>(cursor.integer());
  s.reverse = cursor.flag();
  s.hasIndices = cursor.flag();
  s.x = cursor.view(runtime);
  s.out = cursor.view(runtime);
  s.indices = s.hasIndices ? cursor.view(runtime) : s.out;
  if (s.out.rank == 0) s.axis = -1;
  std::vector<double> space;
  if (s.x.dtype != s.out.dtype) {
    space.resize(static_cast<size_t>(s.x.elements()));
    s.x = converted(s.x, s.out.dtype, space.data());
  }
  switch (fold) {
    case Fold::Sum: return scan<Fold::Sum>(s);
    case Fold::Prod: return scan<Fold::Prod>(s);
    case Fold::Max: return scan<Fold::Max>(s);
    case Fold::Min: return scan<Fold::Min>(s);
    case Fold::LogSumExp: return scan<Fold::LogSumExp>(s);
  }
}

}  // namespace flambeau
