// The geometry of implicit-GEMM convolution, worked out once per call.
//
// The source image is copied into *planes*: rows of one channel lie `extent` apart with zeros between them, shared by
// neighbouring rows as right and left padding. A result position and a kernel tap then simply add up to an address in
// the plane, so a run of result positions reads a run of memory for every tap, without a copy per tap and without
// bounds checks. A strided convolution reads every stride-th element, which is why the source is split into one plane
// per remainder (*phase*) that its taps use.
#pragma once

#include "conv/shape.h"

namespace flambeau {

struct PlaneLayout {
  int64_t source[3];    // source sizes
  int64_t step[3];      // elements of the source between neighbours of a plane
  int64_t extent[3];    // plane sizes, zeros included
  int64_t plane;        // elements of one plane
  int64_t phases;       // planes per channel and image
  const int64_t* phase; // three source offsets per plane
  int64_t front, back;  // elements that may be read before the first and after the last plane
};

/// One vector of adjacent plane positions, some of which are results: its runs say which, and where they go.
struct Run {
  int64_t lane, count, out;
};

struct ConvJob {
  int64_t taps;
  const int64_t* tapPlane;   // per tap: its phase
  const int64_t* tapShift;   // per tap: offset inside the plane
  const int64_t* tapWeight;  // per tap: offset in the weights
  int64_t vectors;
  const int64_t* start;      // per vector: plane position of lane 0
  const int64_t* firstRun;   // per vector, one more than there are
  const Run* runs;
  int64_t outStep;           // elements between adjacent results of a run
};

struct ConvPlan {
  PlaneLayout planes;
  int64_t jobs;
  const ConvJob* job;
  void* memory;
};

/// Plans for vectors of `lanes` elements; release with freePlan.
ConvPlan* planForward(const ConvShape& shape, int64_t lanes);
ConvPlan* planInputGrad(const ConvShape& shape, int64_t lanes);
void freePlan(ConvPlan* plan);

}  // namespace flambeau
