// How many elements are not zero, and where.
#include <atomic>

#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "kernels/lines.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

constexpr int64_t grain = 1 << 14;

template <typename T>
bool isZero(T value) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) return (value.bits & 0x7fffu) == 0;
  else return value == T(0);
}

void store(const View& view, int64_t offset, int64_t value) {
  if (view.dtype == DType::Int64) reinterpret_cast<int64_t*>(view.data)[offset] = value;
  else reinterpret_cast<int32_t*>(view.data)[offset] = static_cast<int32_t>(value);
}

template <typename T>
int64_t count(const View& x) {
  const View* const views[] = {&x};
  const Lines<1> lines(views, -1);
  std::atomic<int64_t> total{0};
  Pool::instance().parallelFor(lines.count, grain, [&](int64_t begin, int64_t end) {
    const T* data = reinterpret_cast<const T*>(x.data);
    int64_t found = 0;
    for (int64_t line = begin; line < end;) {
      const int64_t n = lines.neighbours(line) < end - line ? lines.neighbours(line) : end - line;
      int64_t at[1];
      lines.start(line, at);
      for (int64_t i = 0; i < n; ++i) found += isZero(data[at[0] + i * lines.innerStride(0)]) ? 0 : 1;
      line += n;
    }
    total.fetch_add(found, std::memory_order_relaxed);
  });
  return total.load();
}

template <typename T>
void fill(const View& x, const View& out) {
  const T* data = reinterpret_cast<const T*>(x.data);
  const int64_t rows = out.shape[0], elements = x.elements();
  int64_t at[maxRank] = {}, offset = 0, row = 0;
  for (int64_t p = 0; p < elements && row < rows; ++p) {
    if (!isZero(data[offset])) {
      for (int d = 0; d < x.rank; ++d) store(out, row * out.strides[0] + d * out.strides[1], at[d]);
      ++row;
    }
    for (int d = x.rank - 1; d >= 0; --d) {
      if (++at[d] < x.shape[d]) {
        offset += x.strides[d];
        break;
      }
      offset -= (x.shape[d] - 1) * x.strides[d];
      at[d] = 0;
    }
  }
}

}  // namespace

// [fill?, x, out]
void nonzeroCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const bool fills = cursor.flag();
  const View x = cursor.view(runtime);
  const View out = cursor.view(runtime);
  withType(x.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if (fills) fill<T>(x, out);
    else store(out, 0, count<T>(x));
  });
}

}  // namespace flambeau
