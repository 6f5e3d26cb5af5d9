#include "kernels/addressing.h"

namespace flambeau {

namespace {

bool mergeable(const Addressing& a, int outer, int inner) {
  const int64_t size = a.sizes[inner];
  if (a.walkedStrides[outer] != size * a.walkedStrides[inner]) return false;
  if (a.addressedStrides[outer] != size * a.addressedStrides[inner]) return false;
  for (int k = 0; k < a.indexCount; ++k) {
    if (a.indices[k].strides[outer] != size * a.indices[k].strides[inner]) return false;
  }
  return true;
}

void assign(Addressing& a, int to, int from) {
  a.sizes[to] = a.sizes[from];
  a.walkedStrides[to] = a.walkedStrides[from];
  a.addressedStrides[to] = a.addressedStrides[from];
  a.owned[to] = a.owned[from];
  for (int k = 0; k < a.indexCount; ++k) a.indices[k].strides[to] = a.indices[k].strides[from];
}

void simplify(Addressing& a) {
  int kept = 0;
  for (int d = 0; d < a.rank; ++d) {
    if (a.sizes[d] == 1) continue;
    if (kept > 0 && mergeable(a, kept - 1, d)) {
      const int64_t size = a.sizes[kept - 1] * a.sizes[d];
      const bool owned = a.owned[kept - 1] && a.owned[d];
      assign(a, kept - 1, d);
      a.sizes[kept - 1] = size;
      a.owned[kept - 1] = owned;
    } else {
      assign(a, kept++, d);
    }
  }
  if (kept == 0) {
    kept = 1;
    a.sizes[0] = 1;
    a.walkedStrides[0] = a.addressedStrides[0] = 0;
    a.owned[0] = false;
    for (int k = 0; k < a.indexCount; ++k) a.indices[k].strides[0] = 0;
  }
  a.rank = kept;
  int64_t stride = 1;
  for (int d = kept - 1; d >= 0; --d) {
    a.positionStrides[d] = stride;
    stride *= a.sizes[d];
  }
}

}  // namespace

Addressing readAddressing(Cursor& cursor, const Runtime& runtime) {
  Addressing a;
  a.op = static_cast<int>(cursor.integer());
  a.wrap = cursor.flag();
  const int coordinates = static_cast<int>(cursor.integer());
  struct {
    bool index;
    int number;
  } from[maxRank];
  for (int d = 0; d < coordinates; ++d) {
    from[d].index = cursor.flag();
    from[d].number = static_cast<int>(cursor.integer());
  }
  const int operands = static_cast<int>(cursor.integer());
  const View addressed = cursor.view(runtime);
  const View walked = cursor.view(runtime);
  View operand[maxRank];
  for (int k = 0; k < operands; ++k) operand[k] = cursor.view(runtime);

  a.dtype = addressed.dtype;
  a.addressed = addressed.data;
  a.walked = walked.data;
  a.rank = walked.rank;
  for (int d = 0; d < walked.rank; ++d) {
    a.sizes[d] = walked.shape[d];
    a.walkedStrides[d] = walked.strides[d];
    a.addressedStrides[d] = 0;
    a.owned[d] = false;
  }
  for (int d = 0; d < coordinates; ++d) {
    const int number = from[d].number;
    if (!from[d].index) {
      a.addressedStrides[number] += addressed.strides[d];
      a.owned[number] = true;
      continue;
    }
    Addressing::Index& index = a.indices[a.indexCount++];
    const View& view = operand[number];
    index.data = view.data;
    index.dtype = view.dtype;
    index.size = addressed.shape[d];
    index.stride = addressed.strides[d];
    index.dimension = d;
    for (int e = 0; e < walked.rank; ++e) index.strides[e] = view.shape[e] == 1 ? 0 : view.strides[e];
  }
  simplify(a);
  return a;
}

Addressing Addressing::part(int d, int64_t begin, int64_t end) const {
  Addressing p = *this;
  const auto bytes = static_cast<int64_t>(bytesOf(dtype));
  p.sizes[d] = end - begin;
  p.walked += begin * walkedStrides[d] * bytes;
  p.addressed += begin * addressedStrides[d] * bytes;
  p.firstPosition += begin * positionStrides[d];
  for (int k = 0; k < indexCount; ++k) {
    Index& index = p.indices[k];
    index.data += begin * index.strides[d] * static_cast<int64_t>(bytesOf(index.dtype));
  }
  return p;
}

void FirstError::note(int64_t at, int64_t bad, const Addressing::Index& index) {
  std::lock_guard<std::mutex> lock(mutex);
  if (found && (position < at || (position == at && dimension <= index.dimension))) return;
  found = true;
  position = at;
  value = bad;
  size = index.size;
  dimension = index.dimension;
}

void FirstError::report(int op, Runtime& runtime) const {
  if (found) runtime.fail({ErrorCode::IndexOutOfRange, op, value, size, dimension});
}

}  // namespace flambeau
