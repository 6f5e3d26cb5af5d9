#include "conv/plan.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace flambeau {

namespace {

using List = std::vector<int64_t>;

struct JobLists {
  List tapPlane, tapShift, tapWeight, start, firstRun;
  std::vector<Run> runs;
};

struct Memory {
  ConvPlan plan;
  List phase;
  std::vector<std::unique_ptr<JobLists>> lists;
  std::vector<ConvJob> jobs;
};

int64_t floorDiv(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// What one kernel position does along one dimension: read phase `phase`, `shift` away from the result's index.
struct Tap {
  int64_t index, phase, shift;
};

/// Sets extent[d] so that `results` positions plus any shift find their data or zeros. Returns the zeros needed in front.
int64_t fitExtent(PlaneLayout& planes, int d, int64_t real, int64_t lowest, int64_t highest, int64_t results) {
  const int64_t before = std::max<int64_t>(0, -lowest);
  const int64_t after = std::max<int64_t>(0, highest - (real - 1));
  planes.extent[d] = std::max({real + std::max(before, after), results, int64_t{1}});
  return before;
}

/// Positions of a result of `sizes` in the plane, cut greedily into vectors that start at a result not yet covered.
void cutVectors(JobLists& lists, const PlaneLayout& planes, const int64_t sizes[3], const int64_t strides[3], int64_t base,
                int64_t lanes) {
  int64_t covered = -1;
  for (int64_t i = 0; i < sizes[0]; ++i) {
    for (int64_t j = 0; j < sizes[1]; ++j) {
      const int64_t row = (i * planes.extent[1] + j) * planes.extent[2];
      const int64_t out = base + i * strides[0] + j * strides[1];
      for (int64_t k = 0; k < sizes[2];) {
        if (row + k > covered) {
          lists.firstRun.push_back(static_cast<int64_t>(lists.runs.size()));
          lists.start.push_back(row + k);
          covered = row + k + lanes - 1;
        }
        const int64_t count = std::min(sizes[2] - k, covered - (row + k) + 1);
        lists.runs.push_back({row + k - lists.start.back(), count, out + k * strides[2]});
        k += count;
      }
    }
  }
  lists.firstRun.push_back(static_cast<int64_t>(lists.runs.size()));
}

void addTaps(JobLists& lists, const PlaneLayout& planes, const std::vector<Tap> taps[3], const int64_t phaseCounts[3],
             const int64_t weightStrides[3]) {
  for (const Tap& a : taps[0]) {
    for (const Tap& b : taps[1]) {
      for (const Tap& c : taps[2]) {
        lists.tapPlane.push_back((a.phase * phaseCounts[1] + b.phase) * phaseCounts[2] + c.phase);
        lists.tapShift.push_back((a.shift * planes.extent[1] + b.shift) * planes.extent[2] + c.shift);
        lists.tapWeight.push_back(a.index * weightStrides[0] + b.index * weightStrides[1] + c.index * weightStrides[2]);
      }
    }
  }
}

/// Margins that every job's reads stay within, whole vectors included.
void setMargins(Memory& memory, int64_t lanes) {
  PlaneLayout& planes = memory.plan.planes;
  planes.plane = planes.extent[0] * planes.extent[1] * planes.extent[2];
  int64_t front = 0, back = 0;
  for (const auto& lists : memory.lists) {
    int64_t last = 0;
    for (int64_t start : lists->start) last = std::max(last, start);
    for (int64_t shift : lists->tapShift) {
      front = std::max(front, -shift);
      back = std::max(back, last + shift + lanes - planes.plane);
    }
  }
  planes.front = front;
  planes.back = back + lanes;
}

ConvPlan* finish(std::unique_ptr<Memory> memory, const List& outSteps) {
  for (size_t i = 0; i < memory->lists.size(); ++i) {
    const JobLists& lists = *memory->lists[i];
    memory->jobs.push_back({static_cast<int64_t>(lists.tapShift.size()), lists.tapPlane.data(), lists.tapShift.data(),
                            lists.tapWeight.data(), static_cast<int64_t>(lists.start.size()), lists.start.data(),
                            lists.firstRun.data(), lists.runs.data(), outSteps[i]});
  }
  ConvPlan* plan = &memory->plan;
  plan->planes.phase = memory->phase.data();
  plan->jobs = static_cast<int64_t>(memory->jobs.size());
  plan->job = memory->jobs.data();
  plan->memory = memory.release();
  return plan;
}

}  // namespace

ConvPlan* planForward(const ConvShape& shape, int64_t lanes) {
  auto memory = std::make_unique<Memory>();
  PlaneLayout& planes = memory->plan.planes;
  std::vector<Tap> taps[3];
  List phases[3];
  int64_t phaseCounts[3];
  for (int d = 0; d < 3; ++d) {
    const int64_t step = shape.stride[d];
    int64_t lowest = 0, highest = 0;
    for (int64_t k = 0; k < shape.kernel[d]; ++k) {
      const int64_t at = k * shape.dilation[d] - shape.padding[d], shift = floorDiv(at, step), rest = at - shift * step;
      auto found = std::find(phases[d].begin(), phases[d].end(), rest);
      if (found == phases[d].end()) found = phases[d].insert(phases[d].end(), rest);
      taps[d].push_back({k, found - phases[d].begin(), shift});
      lowest = std::min(lowest, shift);
      highest = std::max(highest, shift);
    }
    planes.source[d] = shape.in[d];
    planes.step[d] = step;
    const int64_t real = (shape.in[d] + step - 1) / step;
    fitExtent(planes, d, real, lowest, shape.out[d] - 1 + highest, shape.out[d]);
    phaseCounts[d] = static_cast<int64_t>(phases[d].size());
  }
  planes.phases = phaseCounts[0] * phaseCounts[1] * phaseCounts[2];
  for (int64_t a : phases[0]) {
    for (int64_t b : phases[1]) {
      for (int64_t c : phases[2]) memory->phase.insert(memory->phase.end(), {a, b, c});
    }
  }
  auto lists = std::make_unique<JobLists>();
  addTaps(*lists, planes, taps, phaseCounts, shape.ws + 2);
  cutVectors(*lists, planes, shape.out, shape.ys + 2, 0, lanes);
  memory->lists.push_back(std::move(lists));
  setMargins(*memory, lanes);
  return finish(std::move(memory), {shape.ys[4]});
}

// dx[s·t + r] = Σ dy[t + (r + p − k·d) / s]·w[k] over the k for which the division is exact: one job, a convolution
// of stride 1 over dy, per remainder r.
ConvPlan* planInputGrad(const ConvShape& shape, int64_t lanes) {
  auto memory = std::make_unique<Memory>();
  PlaneLayout& planes = memory->plan.planes;
  std::vector<std::vector<Tap>> taps[3];
  for (int d = 0; d < 3; ++d) {
    const int64_t step = shape.stride[d];
    int64_t lowest = 0, highest = 0, most = 0;
    for (int64_t r = 0; r < step && r < shape.in[d]; ++r) {
      const int64_t results = (shape.in[d] - r + step - 1) / step;
      std::vector<Tap> own;
      for (int64_t k = 0; k < shape.kernel[d]; ++k) {
        const int64_t at = r + shape.padding[d] - k * shape.dilation[d], shift = floorDiv(at, step);
        if (at != shift * step) continue;
        own.push_back({k, 0, shift});
        lowest = std::min(lowest, shift);
        highest = std::max(highest, results - 1 + shift);
      }
      most = std::max(most, results);
      taps[d].push_back(own);
    }
    planes.source[d] = shape.out[d];
    planes.step[d] = 1;
    fitExtent(planes, d, shape.out[d], lowest, highest, most);
  }
  planes.phases = 1;
  memory->phase = {0, 0, 0};
  const int64_t one[3] = {1, 1, 1};
  List outSteps;
  for (size_t a = 0; a < taps[0].size(); ++a) {
    for (size_t b = 0; b < taps[1].size(); ++b) {
      for (size_t c = 0; c < taps[2].size(); ++c) {
        const int64_t rest[3] = {static_cast<int64_t>(a), static_cast<int64_t>(b), static_cast<int64_t>(c)};
        const std::vector<Tap> own[3] = {taps[0][a], taps[1][b], taps[2][c]};
        int64_t sizes[3], strides[3], base = 0;
        for (int d = 0; d < 3; ++d) {
          sizes[d] = (shape.in[d] - rest[d] + shape.stride[d] - 1) / shape.stride[d];
          strides[d] = shape.xs[d + 2] * shape.stride[d];
          base += rest[d] * shape.xs[d + 2];
        }
        auto lists = std::make_unique<JobLists>();
        addTaps(*lists, planes, own, one, shape.ws + 2);
        cutVectors(*lists, planes, sizes, strides, base, lanes);
        memory->lists.push_back(std::move(lists));
        outSteps.push_back(strides[2]);
      }
    }
  }
  setMargins(*memory, lanes);
  return finish(std::move(memory), outSteps);
}

void freePlan(ConvPlan* plan) { delete static_cast<Memory*>(plan->memory); }

}  // namespace flambeau
