// Hands matrix products to the GEMM kernels: neighbouring batch dimensions merged, and batches that share `b` stacked
// into one taller product.
#include "gemm/gemm.h"
#include "kernels/convert.h"
#include "kernels/kernels.h"
#include "kernels/num.h"

namespace flambeau {

namespace {

struct Batch {
  int rank = 0;
  int64_t sizes[maxRank], a[maxRank], b[maxRank], c[maxRank], bias[maxRank];
};

// `bias` has the rank of `out` here.
Batch mergedBatch(const View& a, const View& b, const View& out, const View& bias) {
  Batch m;
  for (int d = 0; d < out.rank - 2; ++d) {
    const int64_t size = out.shape[d];
    if (size == 1) continue;
    const int p = m.rank - 1;
    const bool merge = p >= 0 && m.a[p] == size * a.strides[d] && m.b[p] == size * b.strides[d] &&
                       m.c[p] == size * out.strides[d] && m.bias[p] == size * bias.strides[d];
    if (!merge) m.sizes[m.rank++] = 1;
    const int q = m.rank - 1;
    m.sizes[q] *= size;
    m.a[q] = a.strides[d];
    m.b[q] = b.strides[d];
    m.c[q] = out.strides[d];
    m.bias[q] = bias.strides[d];
  }
  return m;
}

// A view of `view` in the shape of `out`: missing dimensions and those of size 1 repeat.
View broadcastTo(const View& out, const View& view) {
  View v = view;
  v.rank = out.rank;
  for (int d = 0; d < out.rank; ++d) {
    const int from = d - (out.rank - view.rank);
    v.shape[d] = out.shape[d];
    v.strides[d] = from < 0 || (view.shape[from] == 1 && out.shape[d] != 1) ? 0 : view.strides[from];
  }
  return v;
}

void run(const GemmArgs& args, const Batch& batch, int first, GemmBatch& inner, char* const (&at)[4]) {
  if (batch.rank - first <= 8) {
    GemmArgs one = args;
    one.a = at[0];
    one.b = at[1];
    one.c = at[2];
    one.bias = at[3];
    inner.rank = batch.rank - first;
    for (int d = 0; d < inner.rank; ++d) {
      inner.sizes[d] = batch.sizes[first + d];
      inner.a[d] = batch.a[first + d];
      inner.b[d] = batch.b[first + d];
      inner.c[d] = batch.c[first + d];
      inner.bias[d] = batch.bias[first + d];
    }
    gemmBatched(one, inner);
    return;
  }
  const int64_t bytes = numBytes(args.type);
  for (int64_t i = 0; i < batch.sizes[first]; ++i) {
    char* const next[4] = {at[0] + i * batch.a[first] * bytes, at[1] + i * batch.b[first] * bytes,
                           at[2] + i * batch.c[first] * bytes,
                           at[3] == nullptr ? nullptr : at[3] + i * batch.bias[first] * bytes};
    run(args, batch, first + 1, inner, next);
  }
}

}  // namespace

// [has bias, a, b, out, bias?]
void matmulCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const bool hasBias = cursor.flag();
  const View a = cursor.view(runtime);
  const View b = cursor.view(runtime);
  const View out = cursor.view(runtime);
  if (out.elements() == 0) return;
  View bias = out;
  for (int d = 0; d < out.rank; ++d) bias.strides[d] = 0;
  if (hasBias) bias = broadcastTo(out, cursor.view(runtime));

  const int row = out.rank - 2, column = out.rank - 1;
  GemmArgs args;
  args.type = numOf(out.dtype);
  args.m = out.shape[row];
  args.n = out.shape[column];
  args.k = a.shape[column];
  args.ars = a.strides[row];
  args.acs = a.strides[column];
  args.brs = b.strides[row];
  args.bcs = b.strides[column];
  args.crs = out.strides[row];
  args.ccs = out.strides[column];
  if (hasBias && bias.strides[row] != 0 && bias.strides[column] != 0) {
    // Varies both ways: the product is added to a copy of it.
    convertInto(bias, out);
    args.accumulate = true;
    for (int d = 0; d < out.rank; ++d) bias.strides[d] = 0;
  } else if (hasBias) {
    args.biasAxis = bias.strides[row] != 0 ? BiasAxis::row : BiasAxis::column;
    args.biasStride = bias.strides[row] != 0 ? bias.strides[row] : bias.strides[column];
  }

  Batch batch = mergedBatch(a, b, out, bias);
  while (batch.rank > 0) {
    const int d = batch.rank - 1;
    const bool stacked = batch.b[d] == 0 && batch.bias[d] == 0 && args.biasAxis != BiasAxis::row &&
                         (args.m == 1 || (batch.a[d] == args.m * args.ars && batch.c[d] == args.m * args.crs));
    if (!stacked) break;
    if (args.m == 1) {
      args.ars = batch.a[d];
      args.crs = batch.c[d];
    }
    args.m *= batch.sizes[d];
    --batch.rank;
  }
  GemmBatch inner;
  char* const at[4] = {a.data, b.data, out.data, args.biasAxis == BiasAxis::none ? nullptr : bias.data};
  run(args, batch, 0, inner, at);
}

}  // namespace flambeau
