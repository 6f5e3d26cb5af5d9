// The tile interpreter on hand-written bytecode: meant for the sanitizers; answers are closed forms.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "fused/fused.h"
#include "fused/kernel.h"
#include "runtime/runtime.h"

using namespace flambeau;
using namespace flambeau::fused;

namespace {

int failures = 0;
void check(bool ok, const char* what, double got, double want) {
  if (ok) return;
  std::printf("FAILED %s: got %.9g, expected %.9g\n", what, got, want);
  ++failures;
}

struct Words {
  std::vector<double> words;
  void add(std::initializer_list<double> list) { words.insert(words.end(), list); }
  void instruction(int op, Type type, Shape shape, int form, int d, int a, int b, int c, double low = 0) {
    add({double(op), double(type), double(shape), double(form), double(d), double(a), double(b), double(c), 0, low});
  }
};

constexpr double float32Code = static_cast<double>(static_cast<int>(DType::Float32));

// y = exp(2 x), written straight to y; capacity 256.
int compileExp() {
  Words w;
  w.add({0, 0, 2, 0, 0, 1, 4, 256, 0.3, 0});
  w.add({1, float32Code, 1, float32Code});
  w.add({4, F32, Uniform, 1, 0, F32, Element, 0, 0, F32, Element, 0, 1, F32, Element, 0, 0});
  w.add({1, 1, 0, 0});  // one binding: operand 1, no hazards
  w.add({1});
  w.instruction(op_constant, F32, Uniform, 0, 0, -1, -1, -1, 0x40000000);
  w.add({0, 1, 0, 5});
  w.instruction(op_load, F32, Element, 0, 1, 0, -1, -1);
  w.instruction(op_mul, F32, Element, 2, 2, 1, 0, -1);
  w.instruction(op_bind, F32, Element, 0, 3, 1, -1, -1);
  w.instruction(op_exp, F32, Element, 0, 3, 2, -1, -1);
  w.instruction(op_store, F32, Element, 0, -1, 1, 3, -1);
  w.add({0});
  return fusedCompile(w.words.data(), static_cast<int64_t>(w.words.size()));
}

// y[r] = sum over o of x[r, o]; `overOuter` chooses the layout of a tile.
int compileSum(bool overOuter, bool severalRows) {
  const Shape rowShape = severalRows ? Row : Uniform;
  Words w;
  w.add({1, overOuter ? 1.0 : 0.0, 1, 1, 0, 1, 4, 256, 0.1, 0});
  w.add({1, float32Code, 1, float32Code});
  w.add({2, F32, Element, 0, 0, F32, double(rowShape), 1, 0});
  w.add({0, 0, 0, 1});
  w.add({1, Sum, F32, 1, -1});
  w.add({2});
  w.instruction(op_load, F32, Element, 0, 0, 0, -1, -1);
  w.instruction(op_fold, F32, Element, 0, -1, 0, -1, -1, 0);
  w.add({2});
  w.instruction(op_finish, F32, rowShape, 0, -1, -1, -1, -1, 0);
  w.instruction(op_store, F32, rowShape, 0, -1, 1, 1, -1);
  return fusedCompile(w.words.data(), static_cast<int64_t>(w.words.size()));
}

struct Buffer {
  Buffer(Runtime& runtime, int64_t floats) : id(runtime.memory.allocate(static_cast<size_t>(std::max<int64_t>(floats, 1)) * 4).id) {
    data = runtime.pointer<float>(id);
  }
  double id;
  float* data;
};

void testExp(Runtime& runtime, int handle, int64_t n, int64_t stride) {
  Buffer x(runtime, n * stride), y(runtime, n * stride);
  for (int64_t i = 0; i < n; ++i) x.data[i * stride] = static_cast<float>(i % 17) * 0.25f - 2;
  const double block = static_cast<double>(std::min<int64_t>(n, 256)), s = static_cast<double>(stride);
  const std::vector<double> payload = {double(handle), 0, 1, 0, double(n), std::max(block, 1.0), 0, x.id, 0, s, 0, y.id, 0, s};
  fusedRun(payload.data(), runtime);
  for (int64_t i = 0; i < n; ++i) {
    const double want = std::exp(2.0 * static_cast<double>(x.data[i * stride]));
    const double got = static_cast<double>(y.data[i * stride]);
    check(std::abs(got - want) <= 2e-7 * want, "exp(2x)", got, want);
  }
}

void testSum(Runtime& runtime, bool overOuter, int64_t rows, int64_t length, int64_t rowBlock, int64_t overBlock) {
  const int handle = compileSum(overOuter, rowBlock > 1);
  check(handle >= 0, "compile", handle, 0);
  Buffer x(runtime, rows * length), y(runtime, rows);
  for (int64_t i = 0; i < rows * length; ++i) x.data[i] = static_cast<float>(i % 11);
  // Rows are contiguous unless a tile has them side by side.
  const double rowStride = overOuter ? 1 : double(length), overStride = overOuter ? double(rows) : 1;
  const std::vector<double> payload = {double(handle), 0, 2, 1, double(rows), double(length), double(rowBlock), double(overBlock),
                                       0, x.id, 0, rowStride, overStride, 0, y.id, 0, 1, 0};
  fusedRun(payload.data(), runtime);
  for (int64_t r = 0; r < rows; ++r) {
    double want = 0;
    for (int64_t o = 0; o < length; ++o) want += static_cast<double>(x.data[r * int64_t(rowStride) + o * int64_t(overStride)]);
    check(static_cast<double>(y.data[r]) == want, "sum", static_cast<double>(y.data[r]), want);
  }
  fusedRelease(handle);
}

}  // namespace

int main() {
  Runtime runtime(1 << 28);
  const int handle = compileExp();
  check(handle >= 0, "compile", handle, 0);
  for (const int64_t n : {0, 1, 3, 16, 17, 255, 256, 257, 1000, 100000}) {
    testExp(runtime, handle, n, 1);
    testExp(runtime, handle, n, 3);
  }
  fusedRelease(handle);
  check(!runtime.takeError().has_value(), "no error", 1, 0);

  testSum(runtime, false, 5, 7, 1, 7);
  testSum(runtime, false, 100, 7, 36, 7);
  testSum(runtime, false, 1, 100000, 1, 256);
  testSum(runtime, false, 9, 0, 1, 1);
  testSum(runtime, true, 300, 33, 256, 1);
  testSum(runtime, true, 10, 5000, 10, 25);
  testSum(runtime, true, 2, 100000, 2, 128);

  // A handle that names no kernel is an error, not a crash.
  const double unknown[] = {12345, 0, 0, 0};
  fusedRun(unknown, runtime);
  check(runtime.takeError().has_value(), "unknown handle", 0, 1);
  const double garbage[] = {1, 2, 3};
  check(fusedCompile(garbage, 3) == -1, "garbage code", 0, -1);

  if (failures == 0) std::printf("ok\n");
  return failures == 0 ? 0 : 1;
}
