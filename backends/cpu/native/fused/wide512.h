// exp and erf of sixteen floats with AVX-512's own instructions: tables are looked up in registers, and scaling by a
// power of two is one instruction.
#pragma once

#if defined(__AVX512F__)

#include <immintrin.h>

#include "fused/maths32.h"

namespace flambeau::FLAMBEAU_ISA::wide {

static inline __m512 all(float x) { return _mm512_set1_ps(x); }

// Within 0.9 ulp.
static inline __m512 exp(__m512 x) {
  // Of two operands with a NaN among them the second is taken, so that NaN stays.
  const __m512 c = _mm512_max_ps(all(-104.0f), _mm512_min_ps(all(89.0f), x));
  const __m512 k = _mm512_roundscale_ps(_mm512_mul_ps(c, all(log2e32)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 r = _mm512_fnmadd_ps(k, all(ln2Low32), _mm512_fnmadd_ps(k, all(ln2High32), c));
  __m512 p = all(expTail[4]);
  for (int i = 3; i >= 0; --i) p = _mm512_fmadd_ps(p, r, all(expTail[i]));
  p = _mm512_fmadd_ps(_mm512_mul_ps(r, r), p, r);
  return _mm512_scalef_ps(_mm512_add_ps(p, all(1)), k);
}

// By intervals [i/8, (i+1)/8) of |x|: erf(a)/a - 1 below 1, erf(a) - 1 from there on, as polynomials in 8a - i, by
// interpolation at Chebyshev's points; even in the first interval. Coefficients of one power to a row.
alignas(64) constexpr float erfPieces[5][32] = {
    {
      0.128379166f, 0.122529633f, 0.10530556f, 0.0776450858f, 0.0409997515f, -0.00281459116f, -0.0517924912f,
      -0.103914216f, -0.157299206f, -0.111611769f, -0.0770998746f, -0.0518299304f, -0.0338948555f, -0.0215562675f,
      -0.0133283278f, -0.00800994132f, -0.00467773434f, -0.00265402859f, -0.00146271603f, -0.000782937801f,
      -0.000406951702f, -0.000205375531f, -0.000100621786f, -4.78547554e-05f, -2.20904494e-05f, -9.89670752e-06f,
      -4.30276486e-06f, -1.815274e-06f, -7.43094745e-07f, -2.95138449e-07f, -1.13726465e-07f, -4.25135944e-08f
    },
    {
      0.0f, -0.0116442889f, -0.0226455927f, -0.0324306153f, -0.0405541472f, -0.046737045f, -0.0508793071f,
      -0.0530486181f, 0.0518886372f, 0.0397844128f, 0.0295652598f, 0.0212950427f, 0.0148663139f, 0.010059027f,
      0.00659684744f, 0.00419319142f, 0.00258333422f, 0.00154256728f, 0.000892760872f, 0.00050078769f,
      0.000272269768f, 0.000143473764f, 7.32778572e-05f, 3.62743885e-05f, 1.74042143e-05f, 8.09348694e-06f,
      3.64790708e-06f, 1.59359729e-06f, 6.74745593e-07f, 2.76903251e-07f, 1.10139361e-07f, 4.24603357e-08f
    },
    {
      -0.00587695278f, -0.00571384653f, -0.00524083665f, -0.00450892048f, -0.00359358313f, -0.00258328696f,
      -0.001566689f, -0.000621245126f, -0.00648765126f, -0.0055959993f, -0.00462052366f, -0.00366064906f,
      -0.00278765336f, -0.00204319856f, -0.00144285324f, -0.000982492114f, -0.000645532331f, -0.000409471104f,
      -0.000250864337f, -0.000148500374f, -8.49623757e-05f, -4.69952029e-05f, -2.51367474e-05f, -1.30041135e-05f,
      -6.50795891e-06f, -3.15114312e-06f, -1.47641936e-06f, -6.69455801e-07f, -2.93799701e-07f, -1.24807201e-07f,
      -5.13244558e-08f, -2.04333315e-08f
    },
    {
      0.0f, 0.00010988937f, 0.000207231016f, 0.00028251257f, 0.000329283532f, 0.00034541238f, 0.000332994212f,
      0.000297494204f, 0.000274740276f, 0.000321076746f, 0.000329977949f, 0.000310125906f, 0.000271663914f,
      0.000224203788f, 0.000175505804f, 0.000130897999f, 9.33139527e-05f, 6.37301346e-05f, 4.17729643e-05f,
      2.63145084e-05f, 1.59484935e-05f, 9.30792612e-06f, 5.23493645e-06f, 2.83895588e-06f, 1.48530933e-06f,
      7.50024697e-07f, 3.65676868e-07f, 1.72196266e-07f, 7.83389069e-08f, 3.4440319e-08f, 1.46348507e-08f,
      6.01209837e-09f
    },
    {
      2.74343765e-05f, 2.41717298e-05f, 1.87352052e-05f, 1.16929332e-05f, 4.10817938e-06f, -2.97496103e-06f,
      -8.72023611e-06f, -1.2621018e-05f, 1.17214122e-05f, 2.41422322e-06f, -4.76602236e-06f, -9.44334715e-06f,
      -1.1736307e-05f, -1.20941659e-05f, -1.11148665e-05f, -9.39147776e-06f, -7.41186841e-06f, -5.51499033e-06f,
      -3.89229581e-06f, -2.61645391e-06f, -1.68022007e-06f, -1.03308878e-06f, -6.09224514e-07f, -3.45046431e-07f,
      -1.87895083e-07f, -9.84650796e-08f, -4.96939343e-08f, -2.41686724e-08f, -1.13334933e-08f, -5.12668796e-09f,
      -2.23792651e-09f, -9.43066736e-10f
    }};

// Within 0.9 ulp.
static inline __m512 erf(__m512 x) {
  const __m512 sign = _mm512_and_ps(x, all(-0.0f));
  const __m512 a = _mm512_andnot_ps(all(-0.0f), x);
  const __m512 eighths = _mm512_mul_ps(_mm512_min_ps(all(3.9999998f), a), all(8));
  const __m512i piece = _mm512_cvttps_epi32(eighths);
  const __m512 u = _mm512_sub_ps(eighths, _mm512_cvtepi32_ps(piece));
  const auto coefficient = [&](int power) {
    return _mm512_permutex2var_ps(_mm512_load_ps(erfPieces[power]), piece, _mm512_load_ps(erfPieces[power] + 16));
  };
  __m512 p = coefficient(4);
  for (int i = 3; i >= 0; --i) p = _mm512_fmadd_ps(p, u, coefficient(i));
  // a + a p below 1, 1 + p from there on.
  const __m512 m = _mm512_min_ps(all(1), a);
  return _mm512_or_ps(_mm512_fmadd_ps(p, m, m), sign);
}

static inline __m512 gelu(__m512 x) {
  const __m512 twice = _mm512_add_ps(erf(_mm512_mul_ps(x, all(0.707106781f))), all(1));
  return _mm512_mul_ps(_mm512_mul_ps(x, all(0.5f)), twice);
}

}  // namespace flambeau::FLAMBEAU_ISA::wide

#endif
