// Convolutions of random geometry and strides, in all directions, against naive double loops, for every instruction
// set. Values are small multiples of 1/8 (or small integers), so that every sum is exact and results must be equal.
#include <cstring>

#include "check.h"
#include "conv/conv.h"
#include "pool/pool.h"

using namespace flambeau;
using check::between;

namespace {

int64_t cases = 0;

/// A tensor of a type whose values the test can read and write as doubles.
struct Tensor {
  Num type;
  int rank;
  int64_t sizes[5], strides[5], count;
  std::vector<uint64_t> words;

  Tensor(Num t, int r, const int64_t* s) : type(t), rank(r), count(1) {
    int order[5];
    for (int d = 0; d < r; ++d) order[d] = d;
    if (between(0, 2) == 0) {
      const int a = static_cast<int>(between(0, r - 1)), b = static_cast<int>(between(0, r - 1)), kept = order[a];
      order[a] = order[b];
      order[b] = kept;
    }
    const bool spaced = between(0, 3) == 0;
    for (int i = r - 1; i >= 0; --i) {
      sizes[order[i]] = s[order[i]];
      strides[order[i]] = count * (spaced && i == r - 1 ? 2 : 1);
      count = strides[order[i]] * (s[order[i]] > 0 ? s[order[i]] : 1) + (spaced ? between(0, 2) : 0);
    }
    words.resize(static_cast<size_t>(count * numBytes(t) / 8 + 1));
    for (int64_t i = 0; i < count; ++i) set(i, t >= Num::i8 ? static_cast<double>(between(-9, 9)) : check::value());
  }

  double get(int64_t i) const {
    const char* p = reinterpret_cast<const char*>(words.data()) + i * numBytes(type);
    switch (type) {
      case Num::f32: { float v; std::memcpy(&v, p, 4); return v; }
      case Num::f64: { double v; std::memcpy(&v, p, 8); return v; }
      case Num::bf16: {
        uint32_t v = 0;
        std::memcpy(reinterpret_cast<char*>(&v) + 2, p, 2);
        float f;
        std::memcpy(&f, &v, 4);
        return f;
      }
      case Num::i8: { int8_t v; std::memcpy(&v, p, 1); return v; }
      case Num::u8: { uint8_t v; std::memcpy(&v, p, 1); return v; }
      case Num::i16: { int16_t v; std::memcpy(&v, p, 2); return v; }
      case Num::i32: { int32_t v; std::memcpy(&v, p, 4); return v; }
      default: { int64_t v; std::memcpy(&v, p, 8); return static_cast<double>(v); }
    }
  }

  void set(int64_t i, double value) {
    char* p = reinterpret_cast<char*>(words.data()) + i * numBytes(type);
    const int64_t whole = static_cast<int64_t>(value);
    const float narrow = static_cast<float>(value);
    switch (type) {
      case Num::f32: std::memcpy(p, &narrow, 4); return;
      case Num::f64: std::memcpy(p, &value, 8); return;
      case Num::bf16: {
        uint32_t v;
        std::memcpy(&v, &narrow, 4);
        v += 0x7fff + ((v >> 16) & 1);
        std::memcpy(p, reinterpret_cast<char*>(&v) + 2, 2);
        return;
      }
      default: std::memcpy(p, &whole, static_cast<size_t>(numBytes(type)));
    }
  }
};


ConvArgs randomCase(Num type) {
  ConvArgs a;
  a.type = type;
  a.nd = static_cast<int>(between(1, 3));
  a.batch = between(0, 12) == 0 ? 0 : between(1, 5);
  a.groups = between(0, 2) ? 1 : between(1, 4);
  const bool depthwise = between(0, 5) == 0;
  a.cin = a.groups * (depthwise ? 1 : between(1, a.nd == 3 ? 5 : 20));
  a.cout = a.groups * (depthwise ? between(1, 2) : between(1, a.nd == 3 ? 5 : 40));
  const int64_t most = a.nd == 1 ? 90 : a.nd == 2 ? 24 : 8;
  const bool pointwise = between(0, 6) == 0;
  for (int d = 0; d < a.nd; ++d) {
    a.kernel[d] = pointwise ? 1 : between(1, 4);
    a.stride[d] = pointwise ? 1 : between(0, 1) ? 1 : between(1, 4);
    a.padding[d] = pointwise ? 0 : between(0, 1) ? between(0, 1) : between(0, 5);
    a.dilation[d] = between(0, 2) ? 1 : between(1, 3);
    const int64_t reach = (a.kernel[d] - 1) * a.dilation[d] + 1;
    a.in[d] = between(1, most);
    if (a.in[d] + 2 * a.padding[d] < reach) a.in[d] = reach;
    a.out[d] = (a.in[d] + 2 * a.padding[d] - reach) / a.stride[d] + 1;
  }
  return a;
}

template <class F>
void eachProduct(const ConvArgs& a, const Tensor& x, const Tensor& w, const Tensor& y, F f) {
  const int64_t cin = a.cin / a.groups, cout = a.cout / a.groups;
  int64_t out[3] = {0, 0, 0}, k[3] = {0, 0, 0}, outs[3] = {1, 1, 1}, ks[3] = {1, 1, 1};
  for (int d = 0; d < a.nd; ++d) outs[d] = a.out[d], ks[d] = a.kernel[d];
  for (int64_t n = 0; n < a.batch; ++n) for (int64_t m = 0; m < a.cout; ++m) for (int64_t c = 0; c < cin; ++c)
    for (out[0] = 0; out[0] < outs[0]; ++out[0]) for (out[1] = 0; out[1] < outs[1]; ++out[1]) for (out[2] = 0; out[2] < outs[2]; ++out[2])
      for (k[0] = 0; k[0] < ks[0]; ++k[0]) for (k[1] = 0; k[1] < ks[1]; ++k[1]) for (k[2] = 0; k[2] < ks[2]; ++k[2]) {
        int64_t xo = n * x.strides[0] + (m / cout * cin + c) * x.strides[1], wo = m * w.strides[0] + c * w.strides[1];
        int64_t yo = n * y.strides[0] + m * y.strides[1];
        bool inside = true;
        for (int d = 0; d < a.nd; ++d) {
          const int64_t at = out[d] * a.stride[d] - a.padding[d] + k[d] * a.dilation[d];
          inside = inside && at >= 0 && at < a.in[d];
          xo += at * x.strides[d + 2];
          wo += k[d] * w.strides[d + 2];
          yo += out[d] * y.strides[d + 2];
        }
        if (inside) f(xo, wo, yo);
      }
}

void compare(Isa isa, const char* what, const ConvArgs& a, const Tensor& got, const std::vector<double>& sums,
             const std::vector<char>& written) {
  Tensor want = got;
  for (int64_t i = 0; i < got.count; ++i) {
    if (written[static_cast<size_t>(i)]) want.set(i, sums[static_cast<size_t>(i)]);
    if (want.get(i) == got.get(i)) continue;
    check::expect(false, "%s %s type %d nd %d batch %lld groups %lld %lld→%lld in %lld %lld %lld k %lld %lld %lld s %lld %lld p %lld %lld d %lld %lld at %lld: %g, want %g\n",
                  isaName(isa), what, static_cast<int>(a.type), a.nd, (long long)a.batch, (long long)a.groups, (long long)a.cin,
                  (long long)a.cout, (long long)a.in[0], (long long)a.in[1], (long long)a.in[2], (long long)a.kernel[0],
                  (long long)a.kernel[1], (long long)a.kernel[2], (long long)a.stride[0], (long long)a.stride[1],
                  (long long)a.padding[0], (long long)a.padding[1], (long long)a.dilation[0], (long long)a.dilation[1], (long long)i,
                  got.get(i), want.get(i));
    return;
  }
}

/// Marks the elements of t and fills `sums` with its bias (or zero).
void start(const Tensor& t, const Tensor* bias, int64_t biasStride, std::vector<double>& sums, std::vector<char>& written) {
  sums.assign(static_cast<size_t>(t.count), 0);
  written.assign(static_cast<size_t>(t.count), 0);
  int64_t elements = 1;
  for (int d = 0; d < t.rank; ++d) elements *= t.sizes[d];
  for (int64_t e = 0; e < elements; ++e) {
    int64_t rest = e, at = 0, channel = 0;
    for (int d = t.rank - 1; d >= 0; --d) {
      const int64_t i = rest % t.sizes[d];
      rest /= t.sizes[d];
      at += i * t.strides[d];
      if (d == 1) channel = i;
    }
    written[static_cast<size_t>(at)] = 1;
    if (bias) sums[static_cast<size_t>(at)] = bias->get(channel * biasStride);
  }
}

void one(Isa isa, const ConvArgs& given) {
  ConvArgs a = given;
  int64_t xs[5] = {a.batch, a.cin}, ws[5] = {a.cout, a.cin / a.groups}, ys[5] = {a.batch, a.cout};
  for (int d = 0; d < a.nd; ++d) xs[d + 2] = a.in[d], ws[d + 2] = a.kernel[d], ys[d + 2] = a.out[d];
  const int rank = a.nd + 2;
  const Tensor x(a.type, rank, xs), w(a.type, rank, ws), y(a.type, rank, ys);
  std::memcpy(a.xs, x.strides, sizeof(a.xs));
  std::memcpy(a.ws, w.strides, sizeof(a.ws));
  std::memcpy(a.ys, y.strides, sizeof(a.ys));
  a.biasStride = between(1, 2);
  const int64_t biasSize[1] = {2 * (a.cin > a.cout ? a.cin : a.cout)};
  const Tensor bias(a.type, 1, biasSize);
  const bool biased = between(0, 1);
  a.bias = biased ? bias.words.data() : nullptr;
  const ConvTable& table = convTable(isa);
  std::vector<double> sums;
  std::vector<char> written;
  const auto at = [&](int64_t i) -> double& { return sums[static_cast<size_t>(i)]; };

  Tensor result = y;
  table.forward(a, x.words.data(), w.words.data(), result.words.data());
  start(y, biased ? &bias : nullptr, a.biasStride, sums, written);
  eachProduct(a, x, w, y, [&](int64_t xo, int64_t wo, int64_t yo) { at(yo) += x.get(xo) * w.get(wo); });
  compare(isa, "forward", a, result, sums, written);

  result = x;
  table.inputGrad(a, y.words.data(), w.words.data(), result.words.data());
  start(x, biased ? &bias : nullptr, a.biasStride, sums, written);
  eachProduct(a, x, w, y, [&](int64_t xo, int64_t wo, int64_t yo) { at(xo) += y.get(yo) * w.get(wo); });
  compare(isa, "inputGrad", a, result, sums, written);

  result = w;
  a.bias = nullptr;
  table.weightGrad(a, x.words.data(), y.words.data(), result.words.data());
  start(w, nullptr, 1, sums, written);
  eachProduct(a, x, w, y, [&](int64_t xo, int64_t wo, int64_t yo) { at(wo) += x.get(xo) * y.get(yo); });
  compare(isa, "weightGrad", a, result, sums, written);
  cases += 3;
}

/// Inner dimensions beyond one depth block, and images of several slices.
ConvArgs large(int64_t cin, int64_t cout, int64_t size, int64_t batch, int64_t stride) {
  ConvArgs a;
  a.batch = batch, a.cin = cin, a.cout = cout;
  for (int d = 0; d < 2; ++d) {
    a.in[d] = size, a.kernel[d] = 3, a.padding[d] = 1, a.stride[d] = stride, a.out[d] = (size - 1) / stride + 1;
  }
  return a;
}

}  // namespace

int main() {
  for (int threads : {1, 3}) {
    Pool::instance().setThreads(threads);
    for (Isa isa : check::isas()) {
      for (int i = 0; i < 150; ++i) one(isa, randomCase(Num::f32));
      for (int i = 0; i < 40; ++i) one(isa, randomCase(Num::f64));
      for (Num type : {Num::bf16, Num::i8, Num::u8, Num::i16, Num::i32, Num::i64}) {
        for (int i = 0; i < 12; ++i) one(isa, randomCase(type));
      }
      one(isa, large(200, 20, 9, 2, 1));
      one(isa, large(20, 200, 8, 3, 2));
      one(isa, large(3, 5, 120, 1, 1));
    }
  }
  return check::finish("conv", cases);
}
