// Integer products, which wrap in their own type, and complex ones: plain blocked loops.
#include "gemm/batch.h"
#include "gemm/internal.h"
#include "gemm/simd.h"
#include "pool/pool.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

struct Complex {
  float re, im;
  Complex() = default;
  Complex(float real, float imaginary) : re(real), im(imaginary) {}
  explicit Complex(int) : re(0), im(0) {}
};

inline Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator*(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }

/// T is the element, S the type sums are held in: unsigned, so that wrapping is defined and truncation exact.
template <class T, class S>
void loops(const GemmArgs& args, const GemmBatch& batch) {
  constexpr int64_t chunk = 256;
  const int64_t count = batchCount(batch), chunks = ceilDiv(args.n, chunk);
  const int64_t perRow = chunks * args.m;
  const int64_t grain = greater(1, 65536 / greater(1, lesser(chunk, args.n) * args.k));
  Pool::instance().parallelFor(count * perRow, grain, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      const BatchOffsets at = batchOffsets(batch, task / perRow);
      const int64_t i = task % perRow / chunks, n0 = task % chunks * chunk, columns = lesser(chunk, args.n - n0);
      const T* a = static_cast<const T*>(args.a) + at.a + i * args.ars;
      const T* b = static_cast<const T*>(args.b) + at.b + n0 * args.bcs;
      T* c = static_cast<T*>(args.c) + at.c + i * args.crs + n0 * args.ccs;
      const T* bias = static_cast<const T*>(args.bias);
      S sums[chunk];
      for (int64_t j = 0; j < columns; ++j) sums[j] = args.accumulate ? S(c[j * args.ccs]) : S(0);
      for (int64_t k = 0; k < args.k; ++k) {
        const S x = S(a[k * args.acs]);
        const T* row = b + k * args.brs;
        if (args.bcs == 1) {
          for (int64_t j = 0; j < columns; ++j) sums[j] = sums[j] + x * S(row[j]);
        } else {
          for (int64_t j = 0; j < columns; ++j) sums[j] = sums[j] + x * S(row[j * args.bcs]);
        }
      }
      for (int64_t j = 0; j < columns; ++j) {
        S sum = sums[j];
        if (bias && args.biasAxis == BiasAxis::column) sum = sum + S(bias[at.bias + (n0 + j) * args.biasStride]);
        if (bias && args.biasAxis == BiasAxis::row) sum = sum + S(bias[at.bias + i * args.biasStride]);
        c[j * args.ccs] = T(sum);
      }
    }
  });
}

}  // namespace

void gemmInteger(const GemmArgs& args, const GemmBatch& batch) {
  switch (args.type) {
    case Num::i8: return loops<int8_t, uint32_t>(args, batch);
    case Num::u8: return loops<uint8_t, uint32_t>(args, batch);
    case Num::i16: return loops<int16_t, uint32_t>(args, batch);
    case Num::i32: return loops<int32_t, uint32_t>(args, batch);
    case Num::i64: return loops<int64_t, uint64_t>(args, batch);
    default: return loops<Complex, Complex>(args, batch);
  }
}

}  // namespace flambeau::FLAMBEAU_ISA
