#include "conv/plan.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace flambeau {

namespace {

using List = std::vector<int64_t>;

struct JobLists {
  List tapPlane, tapShift, tapWeight, start, firstRun;
  std::vector<int32_t> positions;
  std::vector<Run> runs;
  int64_t results = 0, outStep = 1;
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

/// A result: its sizes, the strides between its elements, and where its first element lies.
struct ResultLayout {
  int64_t sizes[3], strides[3], base, image;
};

template <class F>
void eachRow(const PlaneLayout& planes, const ResultLayout& result, F f) {
  for (int64_t i = 0; i < result.sizes[0]; ++i) {
    for (int64_t j = 0; j < result.sizes[1]; ++j) {
      f((i * planes.extent[1] + j) * planes.extent[2], result.base + i * result.strides[0] + j * result.strides[1]);
    }
  }
}

/// Stretches of the plane, each starting at the first result not yet covered.
void cutStretches(JobLists& lists, const PlaneLayout& planes, const ResultLayout& result, int64_t lanes) {
  int64_t covered = -1;
  eachRow(planes, result, [&](int64_t row, int64_t out) {
    for (int64_t k = 0; k < result.sizes[2];) {
      if (row + k > covered) {
        lists.firstRun.push_back(static_cast<int64_t>(lists.runs.size()));
        lists.start.push_back(row + k);
        covered = row + k + lanes - 1;
      }
      const int64_t count = std::min(result.sizes[2] - k, covered - (row + k) + 1);
      lists.runs.push_back({row + k - lists.start.back(), count, out + k * result.strides[2]});
      k += count;
    }
  });
}

/// Results alone, of several images; the lanes that are left over at the end repeat the last position.
void cutCompact(JobLists& lists, const PlaneLayout& planes, const ResultLayout& result, const PlanOptions& options) {
  const int64_t plane = planes.extent[0] * planes.extent[1] * planes.extent[2];
  int64_t lane = options.lanes;
  for (int64_t image = 0; image < options.images; ++image) {
    eachRow(planes, result, [&](int64_t row, int64_t rowOut) {
      for (int64_t k = 0; k < result.sizes[2]; ++k, ++lane) {
        const int64_t position = image * plane + row + k, out = image * result.image + rowOut + k * result.strides[2];
        if (lane == options.lanes) {
          lists.firstRun.push_back(static_cast<int64_t>(lists.runs.size()));
          lists.start.push_back(position);
          lane = 0;
        }
        lists.positions.push_back(static_cast<int32_t>(position));
        const bool continues = lane > 0 && lists.runs.back().out + lists.runs.back().count * result.strides[2] == out;
        if (continues) ++lists.runs.back().count;
        else lists.runs.push_back({lane, 1, out});
      }
    });
  }
  while (lists.positions.size() % static_cast<size_t>(options.lanes) != 0) lists.positions.push_back(lists.positions.back());
}

void cutVectors(JobLists& lists, const PlaneLayout& planes, const ResultLayout& result, const PlanOptions& options) {
  if (options.compact) cutCompact(lists, planes, result, options);
  else cutStretches(lists, planes, result, options.lanes);
  lists.firstRun.push_back(static_cast<int64_t>(lists.runs.size()));
  lists.results = result.sizes[0] * result.sizes[1] * result.sizes[2];
  lists.outStep = result.strides[2];
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
void setMargins(Memory& memory, const PlanOptions& options) {
  PlaneLayout& planes = memory.plan.planes;
  planes.plane = planes.extent[0] * planes.extent[1] * planes.extent[2];
  const int64_t all = planes.plane * options.images;
  int64_t front = 0, back = 0;
  for (const auto& lists : memory.lists) {
    int64_t last = 0;
    for (int64_t start : lists->start) last = std::max(last, start);
    for (int64_t shift : lists->tapShift) {
      front = std::max(front, -shift);
      back = std::max(back, last + shift + options.lanes - all);
    }
  }
  planes.front = front;
  // Compacting reads two vectors from the first lane's position on.
  planes.back = back + 2 * options.lanes;
}

ConvPlan* finish(std::unique_ptr<Memory> memory, const PlanOptions& options) {
  setMargins(*memory, options);
  for (const auto& pointer : memory->lists) {
    const JobLists& lists = *pointer;
    ConvJob job = {};
    job.taps = static_cast<int64_t>(lists.tapShift.size());
    job.tapPlane = lists.tapPlane.data();
    job.tapShift = lists.tapShift.data();
    job.tapWeight = lists.tapWeight.data();
    job.results = lists.results;
    job.vectors = static_cast<int64_t>(lists.start.size());
    job.start = lists.start.data();
    job.positions = options.compact ? lists.positions.data() : nullptr;
    job.firstRun = lists.firstRun.data();
    job.runs = lists.runs.data();
    job.outStep = lists.outStep;
    memory->jobs.push_back(job);
  }
  ConvPlan* plan = &memory->plan;
  plan->planes.phase = memory->phase.data();
  plan->images = options.images;
  plan->jobs = static_cast<int64_t>(memory->jobs.size());
  plan->job = memory->jobs.data();
  plan->memory = memory.release();
  return plan;
}

}  // namespace

ConvPlan* planForward(const ConvShape& shape, const PlanOptions& options) {
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
  ResultLayout result = {{}, {}, 0, shape.ys[0]};
  for (int d = 0; d < 3; ++d) {
    result.sizes[d] = shape.out[d];
    result.strides[d] = shape.ys[d + 2];
  }
  cutVectors(*lists, planes, result, options);
  memory->lists.push_back(std::move(lists));
  return finish(std::move(memory), options);
}

// dx[s·t + r] = Σ dy[t + (r + p − k·d) / s]·w[k] over the k for which the division is exact: one job, a convolution
// of stride 1 over dy, per remainder r.
ConvPlan* planInputGrad(const ConvShape& shape, const PlanOptions& options) {
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
  for (size_t a = 0; a < taps[0].size(); ++a) {
    for (size_t b = 0; b < taps[1].size(); ++b) {
      for (size_t c = 0; c < taps[2].size(); ++c) {
        const int64_t rest[3] = {static_cast<int64_t>(a), static_cast<int64_t>(b), static_cast<int64_t>(c)};
        const std::vector<Tap> own[3] = {taps[0][a], taps[1][b], taps[2][c]};
        ResultLayout result = {{}, {}, 0, shape.xs[0]};
        for (int d = 0; d < 3; ++d) {
          result.sizes[d] = (shape.in[d] - rest[d] + shape.stride[d] - 1) / shape.stride[d];
          result.strides[d] = shape.xs[d + 2] * shape.stride[d];
          result.base += rest[d] * shape.xs[d + 2];
        }
        auto lists = std::make_unique<JobLists>();
        addTaps(*lists, planes, own, one, shape.ws + 2);
        cutVectors(*lists, planes, result, options);
        memory->lists.push_back(std::move(lists));
      }
    }
  }
  return finish(std::move(memory), options);
}

double laneWaste(const ConvPlan& plan, int64_t lanes) {
  double vectors = 0, results = 0;
  for (int64_t j = 0; j < plan.jobs; ++j) {
    vectors += static_cast<double>(plan.job[j].vectors);
    results += static_cast<double>(plan.job[j].results * plan.images);
  }
  return results > 0 ? std::max(1.0, vectors * static_cast<double>(lanes) / results) : 1;
}

void freePlan(ConvPlan* plan) { delete static_cast<Memory*>(plan->memory); }

}  // namespace flambeau
