// Floating-point convolution in each direction.
#pragma once

#include "conv/correlate.h"
#include "conv/internal.h"
#include "conv/weights.h"

namespace flambeau::FLAMBEAU_ISA {
namespace {

template <class T>
void convFloating(ConvDirection direction, const ConvShape& s, const ConvOperands& o) {
  constexpr int64_t L = Simd<T>::lanes;
  const T* w = static_cast<const T*>(o.w);
  const T* bias = static_cast<const T*>(o.bias);
  if (direction == ConvDirection::inputGrad) {
    ConvPlan* plan = planInputGrad(s, L);
    correlate<T>({plan, s.batch, s.groups, s.cout, s.cin, static_cast<const T*>(o.y), s.ys[0], s.ys[1], s.ys + 2, w,
                  s.cout * s.ws[0], s.ws[1], s.ws[0], static_cast<T*>(o.result), s.xs[0], s.xs[1], bias, o.biasStride});
    freePlan(plan);
    return;
  }
  ConvPlan* plan = planForward(s, L);
  if (direction == ConvDirection::forward) {
    correlate<T>({plan, s.batch, s.groups, s.cin, s.cout, static_cast<const T*>(o.x), s.xs[0], s.xs[1], s.xs + 2, w,
                  s.cout * s.ws[0], s.ws[0], s.ws[1], static_cast<T*>(o.result), s.ys[0], s.ys[1], bias, o.biasStride});
  } else {
    weightGrad(s, *plan, static_cast<const T*>(o.x), static_cast<const T*>(o.y), static_cast<T*>(o.result));
  }
  freePlan(plan);
}

}  // namespace
}  // namespace flambeau::FLAMBEAU_ISA
