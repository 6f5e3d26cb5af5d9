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

/// Results among the lanes of a vector, and where they go.
struct Run {
  int64_t lane, count, out;
};

/// The results of `images` neighbouring images, in vectors. Either a vector is a stretch of the plane, in which
/// padding between rows takes up lanes, or (*compact*) it holds results alone, from the positions listed.
struct ConvJob {
  int64_t taps;
  const int64_t* tapPlane;   // per tap: its phase
  const int64_t* tapShift;   // per tap: offset inside the plane
  const int64_t* tapWeight;  // per tap: offset in the weights
  int64_t results;           // per image
  int64_t vectors;
  const int64_t* start;      // per vector: plane position of lane 0
  const int32_t* positions;  // compact: a plane position per lane, else null
  const int64_t* firstRun;   // per vector, one more than there are
  const Run* runs;
  int64_t outStep;           // elements between adjacent results of a run
};

/// Planes lie as [channel][phase][image]; tap offsets are given within a plane.
struct ConvPlan {
  PlaneLayout planes;
  int64_t images;
  int64_t jobs;
  const ConvJob* job;
  void* memory;
};

/// What the kernels want of a plan.
struct PlanOptions {
  int64_t lanes;
  bool compact;
  int64_t images;  // 1 unless compact
};

/// Release a plan with freePlan.
ConvPlan* planForward(const ConvShape& shape, const PlanOptions& options);
ConvPlan* planInputGrad(const ConvShape& shape, const PlanOptions& options);
void freePlan(ConvPlan* plan);

/// The lanes a plan computes per result, at least 1.
double laneWaste(const ConvPlan& plan, int64_t lanes);

}  // namespace flambeau
