// Floating-point convolution in each direction.
#pragma once

#include "conv/correlate.h"
#include "conv/internal.h"
#include "conv/weights.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

/// Images taken together when results are compacted: enough columns for full tiles, and a divisor of the batch.
inline int64_t imagesTogether(int64_t batch, int64_t results) {
  int64_t images = greater(1, lesser(batch, 512 / greater(1, results)));
  while (batch % images != 0) --images;
  return images;
}

/// The plan of a correlation with `rows` result rows. Compacting costs a copy per tap, which many rows share.
template <class T, class F>
ConvPlan* choosePlan(const ConvShape& s, int64_t rows, const int64_t sizes[3], F make) {
  constexpr int64_t lanes = Simd<T>::lanes;
  ConvPlan* plan = make(s, PlanOptions{lanes, false, 1});
  constexpr double copy = sizeof(T) == 4 ? 12 : 32;
  if (laneWaste(*plan, lanes) < 1 + copy / static_cast<double>(rows)) return plan;
  freePlan(plan);
  return make(s, PlanOptions{lanes, true, imagesTogether(s.batch, sizes[0] * sizes[1] * sizes[2])});
}

template <class T>
void convFloating(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  const T* w = static_cast<const T*>(o.w);
  const T* bias = static_cast<const T*>(o.bias);
  if (direction == ConvDirection::inputGrad) {
    ConvPlan* plan = choosePlan<T>(s, s.cin, s.in, planInputGrad);
    correlate<T>({plan, s.batch, s.groups, s.cout, s.cin, static_cast<const T*>(o.y), s.ys[0], s.ys[1], s.ys + 2, w,
                  s.cout * s.ws[0], s.ws[1], s.ws[0], static_cast<T*>(o.result), s.xs[0], s.xs[1], bias, o.biasStride});
    freePlan(plan);
    return;
  }
  if (direction == ConvDirection::forward) {
    ConvPlan* plan = choosePlan<T>(s, s.cout, s.out, planForward);
    correlate<T>({plan, s.batch, s.groups, s.cin, s.cout, static_cast<const T*>(o.x), s.xs[0], s.xs[1], s.xs + 2, w,
                  s.cout * s.ws[0], s.ws[0], s.ws[1], static_cast<T*>(o.result), s.ys[0], s.ys[1], bias, o.biasStride});
    freePlan(plan);
    return;
  }
  weightGrad(s, static_cast<const T*>(o.x), static_cast<const T*>(o.y), static_cast<T*>(o.result));
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
