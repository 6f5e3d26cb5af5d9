// Instructions that AVX-512 does better by hand than a compiler does.
#include "fused/wide512.h"

#include "fused/loops.h"

namespace flambeau::FLAMBEAU_ISA {

#if defined(__AVX512F__)

namespace {

using namespace fused;

constexpr int64_t width = 16;

static inline __mmask16 first(int64_t count) { return static_cast<__mmask16>((1u << count) - 1); }

// d[i] = f(a[i])
template <__m512 (*f)(__m512)>
void map(Frame& frame, const Instruction& in, int64_t n) {
  const float* a = at<float>(frame, in.a);
  float* d = at<float>(frame, in.d);
  int64_t i = 0;
  for (; i + width <= n; i += width) _mm512_storeu_ps(d + i, f(_mm512_loadu_ps(a + i)));
  if (i < n) _mm512_mask_storeu_ps(d + i, first(n - i), f(_mm512_maskz_loadu_ps(first(n - i), a + i)));
}

// d[i] = exp(a[i] - b[i]); `form` as everywhere.
template <int form>
void expSub(Frame& frame, const Instruction& in, int64_t n) {
  const float *a = at<float>(frame, in.a), *b = at<float>(frame, in.b);
  float* d = at<float>(frame, in.d);
  const auto load = [](const float* from, int64_t i, __mmask16 mask, bool scalar) {
    return scalar ? wide::all(*from) : _mm512_maskz_loadu_ps(mask, from + i);
  };
  for (int64_t i = 0; i < n; i += width) {
    const __mmask16 mask = first(n - i < width ? n - i : width);
    const __m512 x = _mm512_sub_ps(load(a, i, mask, (form & 1) != 0), load(b, i, mask, (form & 2) != 0));
    _mm512_mask_storeu_ps(d + i, mask, wide::exp(x));
  }
}

}  // namespace

void addWide(Table& table) {
  table.element[op_exp][F32][0] = map<wide::exp>;
  table.element[op_erf][F32][0] = map<wide::erf>;
  table.element[op_gelu][F32][0] = map<wide::gelu>;
  table.element[op_expSub][F32][0] = expSub<0>;
  table.element[op_expSub][F32][1] = expSub<1>;
  table.element[op_expSub][F32][2] = expSub<2>;
}

#else

void addWide(Table&) {}

#endif

}  // namespace flambeau::FLAMBEAU_ISA
