// out[p] = x[coordinates(p)].
#include <cstring>

#include "kernels/addressing.h"
#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

constexpr int64_t grainBytes = 1 << 15;

template <typename T>
void gather(const Addressing& a, FirstError& errors) {
  const int last = a.rank - 1;
  const int64_t count = a.sizes[last], to = a.walkedStrides[last], from = a.addressedStrides[last];
  T* out = reinterpret_cast<T*>(a.walked);
  const T* x = reinterpret_cast<const T*>(a.addressed);
  walk(
      a, errors,
      [=](int64_t walked, int64_t addressed) {
        if (to == 1 && from == 1) {
          std::memcpy(out + walked, x + addressed, static_cast<size_t>(count) * sizeof(T));
          return;
        }
        for (int64_t i = 0; i < count; ++i) out[walked + i * to] = x[addressed + i * from];
      },
      [=](int64_t walked, int64_t addressed) { out[walked] = x[addressed]; });
}

void gatherBytes(const Addressing& a, FirstError& errors) {
  switch (bytesOf(a.dtype)) {
    case 1: return gather<uint8_t>(a, errors);
    case 2: return gather<uint16_t>(a, errors);
    case 4: return gather<uint32_t>(a, errors);
    default: return gather<uint64_t>(a, errors);
  }
}

}  // namespace

void gatherCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const Addressing a = readAddressing(cursor, runtime);
  const int64_t positions = a.positions();
  if (positions == 0) return;
  // Along the first dimension that has work for every thread, else the longest.
  Pool& pool = Pool::instance();
  int split = 0;
  for (int d = 1; d < a.rank && a.sizes[split] < 2 * pool.threads(); ++d) {
    if (a.sizes[d] > a.sizes[split]) split = d;
  }
  const int64_t bytesEach = positions / a.sizes[split] * static_cast<int64_t>(bytesOf(a.dtype));
  FirstError errors;
  pool.parallelFor(a.sizes[split], 1 + grainBytes / bytesEach,
                   [&](int64_t begin, int64_t end) {
                     if (end - begin == a.sizes[split]) gatherBytes(a, errors);
                     else gatherBytes(a.part(split, begin, end), errors);
                   });
  errors.report(a.op, runtime);
}

}  // namespace flambeau
