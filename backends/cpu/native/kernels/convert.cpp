#include "kernels/convert.h"

#include "kernels/elements.h"
#include "kernels/lines.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

constexpr int64_t grain = 1 << 14;

}  // namespace

void convertInto(const View& from, const View& to) {
  const View* const views[] = {&from, &to};
  // No axis is set apart: every element is a line of its own, and neighbouring lines make up the rows.
  const Lines<2> lines(views, -1);
  withType(to.dtype, [&](auto target) {
    withType(from.dtype, [&](auto source) {
      using T = typename decltype(target)::type;
      using From = typename decltype(source)::type;
      Pool::instance().parallelFor(lines.count, grain, [&](int64_t begin, int64_t end) {
        const From* x = reinterpret_cast<const From*>(from.data);
        T* out = reinterpret_cast<T*>(to.data);
        for (int64_t line = begin; line < end;) {
          const int64_t n = lines.neighbours(line) < end - line ? lines.neighbours(line) : end - line;
          int64_t at[2];
          lines.start(line, at);
          const int64_t xs = lines.innerStride(0), os = lines.innerStride(1);
          for (int64_t i = 0; i < n; ++i) out[at[1] + i * os] = convertTo<T>(x[at[0] + i * xs]);
          line += n;
        }
      });
    });
  });
}

View converted(const View& from, DType dtype, void* space) {
  View to = from;
  to.data = static_cast<char*>(space);
  to.dtype = dtype;
  int64_t stride = 1;
  for (int d = from.rank - 1; d >= 0; --d) {
    to.strides[d] = stride;
    stride *= from.shape[d];
  }
  convertInto(from, to);
  return to;
}

}  // namespace flambeau
