// Products of random shapes, strides, biases and batches against a naive double loop, for every instruction set.
#include <cmath>
#include <cstring>
#include <limits>

#include "check.h"
#include "gemm/gemm.h"
#include "pool/pool.h"

using namespace flambeau;
using check::between;

namespace {

int64_t cases = 0;

float bf16Value(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float out;
  std::memcpy(&out, &wide, 4);
  return out;
}

uint16_t bf16Bits(double value) {
  const float narrow = static_cast<float>(value);
  uint32_t bits;
  std::memcpy(&bits, &narrow, 4);
  return static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

double f16Value(uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const double fraction = bits & 1023;
  const double magnitude = exponent ? std::ldexp(1024 + fraction, exponent - 25) : std::ldexp(fraction, -24);
  return bits & 0x8000 ? -magnitude : magnitude;
}

uint16_t f16Bits(double value) {
  const double magnitude = std::fabs(value);
  uint16_t best = 0;
  if (magnitude > 0) {
    int exponent = static_cast<int>(std::floor(std::log2(magnitude)));
    if (exponent < -14) exponent = -14;
    const double units = std::nearbyint(std::ldexp(magnitude, 10 - exponent));
    best = static_cast<uint16_t>(units + 1024 * (exponent + 14));
  }
  return static_cast<uint16_t>(best | (std::signbit(value) ? 0x8000 : 0));
}

/// A matrix of any element type whose values are read and written as doubles.
struct Matrix {
  Num type;
  std::vector<uint64_t> words;
  char* at(int64_t i) { return reinterpret_cast<char*>(words.data()) + i * numBytes(type); }

  Matrix(Num t, int64_t count) : type(t), words(static_cast<size_t>(count * numBytes(t) / 8 + 1)) {}

  double get(int64_t i) {
    const char* p = at(i);
    switch (type) {
      case Num::f32: { float v; std::memcpy(&v, p, 4); return v; }
      case Num::f64: { double v; std::memcpy(&v, p, 8); return v; }
      case Num::f16: { uint16_t v; std::memcpy(&v, p, 2); return f16Value(v); }
      case Num::bf16: { uint16_t v; std::memcpy(&v, p, 2); return bf16Value(v); }
      case Num::i8: { int8_t v; std::memcpy(&v, p, 1); return v; }
      case Num::u8: { uint8_t v; std::memcpy(&v, p, 1); return v; }
      case Num::i16: { int16_t v; std::memcpy(&v, p, 2); return v; }
      case Num::i32: { int32_t v; std::memcpy(&v, p, 4); return v; }
      default: { int64_t v; std::memcpy(&v, p, 8); return static_cast<double>(v); }
    }
  }

  void set(int64_t i, double value) {
    char* p = at(i);
    const int64_t whole = static_cast<int64_t>(value);
    switch (type) {
      case Num::f32: { float v = static_cast<float>(value); std::memcpy(p, &v, 4); return; }
      case Num::f64: std::memcpy(p, &value, 8); return;
      case Num::f16: { uint16_t v = f16Bits(value); std::memcpy(p, &v, 2); return; }
      case Num::bf16: { uint16_t v = bf16Bits(value); std::memcpy(p, &v, 2); return; }
      case Num::i8:
      case Num::u8: { uint8_t v = static_cast<uint8_t>(whole); std::memcpy(p, &v, 1); return; }
      case Num::i16: { uint16_t v = static_cast<uint16_t>(whole); std::memcpy(p, &v, 2); return; }
      case Num::i32: { uint32_t v = static_cast<uint32_t>(whole); std::memcpy(p, &v, 4); return; }
      default: std::memcpy(p, &whole, 8); return;
    }
  }
};

bool isInteger(Num type) { return type >= Num::i8; }

double random(Num type) { return isInteger(type) ? static_cast<double>(between(-100, 100)) : check::value(); }

/// Row and column strides of a rows × cols matrix: rows or columns adjacent, or neither.
void layout(int64_t rows, int64_t cols, int64_t& rs, int64_t& cs) {
  const int64_t gap = between(0, 3) == 0 ? between(0, 40) : 0;
  switch (between(0, 4)) {
    case 0: rs = 1, cs = rows + gap; break;
    case 1: cs = 2, rs = 2 * cols + gap; break;
    default: cs = 1, rs = cols + gap;
  }
}

void one(Isa isa, Num type, int64_t m, int64_t n, int64_t k) {
  ++cases;
  GemmArgs args;
  args.type = type;
  args.m = m, args.n = n, args.k = k;
  layout(m, k, args.ars, args.acs);
  layout(k, n, args.brs, args.bcs);
  layout(m, n, args.crs, args.ccs);
  GemmBatch batch;
  batch.rank = static_cast<int>(between(0, 2));
  const int64_t sizeA = m * args.ars + k * args.acs + 1, sizeB = k * args.brs + n * args.bcs + 1;
  const int64_t sizeC = m * args.crs + n * args.ccs + 1;
  int64_t count = 1, itemsA = 1, itemsB = 1;
  for (int d = batch.rank - 1; d >= 0; --d) {
    batch.sizes[d] = between(1, 3);
    if (between(0, 2)) batch.a[d] = itemsA * sizeA, itemsA *= batch.sizes[d];
    if (between(0, 2)) batch.b[d] = itemsB * sizeB, itemsB *= batch.sizes[d];
    batch.c[d] = count * sizeC;
    count *= batch.sizes[d];
  }
  Matrix a(type, itemsA * sizeA), b(type, itemsB * sizeB), c(type, count * sizeC), bias(type, 2 * (m + n) + 1);
  for (int64_t i = 0; i < itemsA * sizeA; ++i) a.set(i, random(type));
  for (int64_t i = 0; i < itemsB * sizeB; ++i) b.set(i, random(type));
  for (int64_t i = 0; i < count * sizeC; ++i) c.set(i, random(type));
  for (int64_t i = 0; i < 2 * (m + n); ++i) bias.set(i, random(type));
  args.a = a.words.data(), args.b = b.words.data(), args.c = c.words.data();
  args.accumulate = between(0, 2) == 0;
  args.biasAxis = static_cast<BiasAxis>(between(0, 2));
  args.bias = bias.words.data();
  args.biasStride = between(1, 2);
  Matrix want(type, count * sizeC);
  want.words = c.words;
  for (int64_t item = 0; item < count; ++item) {
    int64_t rest = item, oa = 0, ob = 0, oc = 0;
    for (int d = batch.rank - 1; d >= 0; --d) {
      const int64_t i = rest % batch.sizes[d];
      rest /= batch.sizes[d];
      oa += i * batch.a[d], ob += i * batch.b[d], oc += i * batch.c[d];
    }
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < n; ++j) {
        const int64_t at = oc + i * args.crs + j * args.ccs;
        double sum = args.accumulate ? c.get(at) : 0;
        for (int64_t p = 0; p < k; ++p) sum += a.get(oa + i * args.ars + p * args.acs) * b.get(ob + p * args.brs + j * args.bcs);
        if (args.biasAxis == BiasAxis::column) sum += bias.get(j * args.biasStride);
        if (args.biasAxis == BiasAxis::row) sum += bias.get(i * args.biasStride);
        want.set(at, sum);
      }
    }
  }
  gemmBatchedOn(isa, args, batch);
  for (int64_t i = 0; i < count * sizeC; ++i) {
    if (c.get(i) == want.get(i)) continue;
    check::expect(false, "%s type %d %lldx%lldx%lld strides %lld %lld, %lld %lld, %lld %lld at %lld: %g, want %g\n", isaName(isa),
                  static_cast<int>(type), (long long)m, (long long)n, (long long)k, (long long)args.ars, (long long)args.acs,
                  (long long)args.brs, (long long)args.bcs, (long long)args.crs, (long long)args.ccs, (long long)i, c.get(i),
                  want.get(i));
    return;
  }
}

int64_t size() {
  switch (between(0, 5)) {
    case 0: return between(0, 2);
    case 1: return between(1, 130);
    default: return between(1, 40);
  }
}

void propagatesNonFinite(Isa isa) {
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  for (int64_t m : {1, 3, 40}) {
    std::vector<float> a(static_cast<size_t>(m * 20), 0.0f), b(20 * 50, 1.0f), c(static_cast<size_t>(m * 50));
    b[7 * 50 + 4] = nan;
    b[3 * 50 + 9] = inf;
    GemmArgs args;
    args.m = m, args.n = 50, args.k = 20;
    args.a = a.data(), args.ars = 20, args.b = b.data(), args.brs = 50, args.c = c.data(), args.crs = 50;
    gemmBatchedOn(isa, args, GemmBatch{});
    ++cases;
    for (int64_t i = 0; i < m; ++i) {
      for (int64_t j = 0; j < 50; ++j) {
        const float got = c[static_cast<size_t>(i * 50 + j)];
        check::expect(j == 4 || j == 9 ? std::isnan(got) : got == 0, "%s: 0·NaN and 0·Inf at column %lld gave %g\n", isaName(isa),
                      (long long)j, static_cast<double>(got));
      }
    }
  }
}

}  // namespace

int main() {
  for (int threads : {1, 3}) {
    Pool::instance().setThreads(threads);
    for (Isa isa : check::isas()) {
      for (int i = 0; i < 600; ++i) one(isa, Num::f32, size(), size(), size());
      for (int i = 0; i < 200; ++i) one(isa, Num::f64, size(), size(), size());
      for (int i = 0; i < 6; ++i) one(isa, Num::f32, between(1, 200), between(250, 600), between(500, 1100));
      for (int i = 0; i < 6; ++i) one(isa, Num::f64, between(1, 100), between(1, 300), between(250, 600));
      for (Num type : {Num::f16, Num::bf16}) {
        for (int i = 0; i < 60; ++i) one(isa, type, between(0, 30), between(0, 40), between(0, 24));
      }
      for (Num type : {Num::i8, Num::u8, Num::i16, Num::i32, Num::i64}) {
        for (int i = 0; i < 60; ++i) one(isa, type, between(0, 30), between(0, 300), between(0, 24));
      }
      propagatesNonFinite(isa);
    }
  }
  return check::finish("gemm", cases);
}
