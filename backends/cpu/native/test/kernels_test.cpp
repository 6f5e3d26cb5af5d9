// Structured kernels on random strided operands against plain loops. The buffers are exactly as large as their
// contents, so that the sanitizers see any access outside.
#include <algorithm>
#include <cstring>
#include <vector>

#include "check.h"
#include "kernels/kernels.h"
#include "pool/pool.h"
#include "runtime/view.h"

using namespace flambeau;
using check::between;
using check::expect;

namespace {

int64_t cases = 0;

// A buffer of doubles or 32-bit integers behind a random permutation of dimensions.
struct Operand {
  Memory::Allocation block;
  DType dtype;
  std::vector<int64_t> shape, strides;

  int64_t elements() const {
    int64_t n = 1;
    for (const int64_t size : shape) n *= size;
    return n;
  }
  void push(std::vector<double>& words) const {
    words.push_back(block.id);
    words.push_back(static_cast<double>(static_cast<int>(dtype)));
    words.push_back(0);
    words.push_back(static_cast<double>(shape.size()));
    for (const int64_t size : shape) words.push_back(static_cast<double>(size));
    for (const int64_t stride : strides) words.push_back(static_cast<double>(stride));
  }
  int64_t offset(int64_t position) const {
    int64_t at = 0;
    for (size_t d = shape.size(); d-- > 0;) {
      at += position % shape[d] * strides[d];
      position /= shape[d];
    }
    return at;
  }
};

Runtime runtime(size_t{1} << 30);

Operand make(DType dtype, const std::vector<int64_t>& shape) {
  Operand o{{0, 0}, dtype, shape, std::vector<int64_t>(shape.size())};
  std::vector<size_t> order(shape.size());
  for (size_t d = 0; d < order.size(); ++d) order[d] = d;
  for (size_t d = order.size(); d > 1; --d) std::swap(order[d - 1], order[static_cast<size_t>(between(0, static_cast<int64_t>(d) - 1))]);
  int64_t stride = 1;
  for (const size_t d : order) {
    o.strides[d] = stride;
    stride *= shape[d];
  }
  o.block = runtime.memory.allocate(static_cast<size_t>(stride) * bytesOf(dtype));
  return o;
}
template <typename T>
T* data(const Operand& o) { return static_cast<T*>(runtime.memory.pointer(o.block.id)); }
template <typename T>
T& at(const Operand& o, int64_t position) { return data<T>(o)[o.offset(position)]; }
void drop(const Operand& o) { runtime.memory.release(o.block.id, o.block.generation, 0); }

std::vector<int64_t> randomShape(int64_t rank) {
  std::vector<int64_t> shape(static_cast<size_t>(rank));
  for (int64_t& size : shape) size = between(1, 9);
  return shape;
}

void fillValues(const Operand& o) {
  for (int64_t i = 0; i < o.elements(); ++i) at<double>(o, i) = check::value();
}

// gather and scatter along one dimension, like torch.gather and torch.scatter; some indices are bad.
void testIndexing(bool scatters) {
  const int64_t rank = between(1, 4), dim = between(0, rank - 1);
  const std::vector<int64_t> shape = randomShape(rank);
  std::vector<int64_t> box = shape;
  box[static_cast<size_t>(dim)] = between(0, 12);
  const Operand target = make(DType::Float64, shape), walked = make(DType::Float64, box), index = make(DType::Int32, box);
  fillValues(target);
  fillValues(walked);
  const int64_t size = shape[static_cast<size_t>(dim)];
  const bool bad = between(0, 4) == 0;
  for (int64_t i = 0; i < index.elements(); ++i) at<int32_t>(index, i) = static_cast<int32_t>(between(bad ? -2 * size : -size, bad ? size : size - 1));

  std::vector<double> result(static_cast<size_t>(scatters ? target.elements() : walked.elements()));
  for (size_t i = 0; i < result.size(); ++i) result[i] = at<double>(scatters ? target : walked, static_cast<int64_t>(i));
  int64_t firstBad = -1;
  for (int64_t p = 0; p < walked.elements(); ++p) {
    const int64_t raw = at<int32_t>(index, p), i = raw < 0 ? raw + size : raw;
    if (i < 0 || i >= size) {
      if (firstBad < 0) firstBad = p;
      continue;
    }
    int64_t inner = 1;
    for (size_t d = static_cast<size_t>(dim) + 1; d < box.size(); ++d) inner *= box[d];
    const int64_t column = p % inner, outer = p / inner / std::max<int64_t>(1, box[static_cast<size_t>(dim)]);
    const int64_t element = (outer * size + i) * inner + column;
    if (scatters) result[static_cast<size_t>(element)] += at<double>(walked, p);
    else result[static_cast<size_t>(p)] = at<double>(target, element);
  }

  std::vector<double> words;
  if (scatters) words.push_back(1);
  words.insert(words.end(), {7, 1, static_cast<double>(rank)});
  for (int64_t d = 0; d < rank; ++d) {
    words.push_back(d == dim ? 1 : 0);
    words.push_back(static_cast<double>(d == dim ? 0 : d));
  }
  words.push_back(1);
  target.push(words);
  walked.push(words);
  index.push(words);
  (scatters ? scatterCommand : gatherCommand)(words.data(), runtime);
  for (size_t i = 0; i < result.size(); ++i) {
    expect(at<double>(scatters ? target : walked, static_cast<int64_t>(i)) == result[i], "indexing: element %zu differs\n", i);
  }
  const auto error = runtime.takeError();
  expect(error.has_value() == (firstBad >= 0), "indexing: a bad index was %s\n", error ? "imagined" : "missed");
  if (error && firstBad >= 0) {
    expect(error->op == 7 && error->value == at<int32_t>(index, firstBad) && error->size == size && error->dimension == dim,
           "indexing: value %lld was reported\n", static_cast<long long>(error->value));
  }
  for (const Operand& o : {target, walked, index}) drop(o);
}

void testScan() {
  const int64_t rank = between(1, 4), axis = between(0, rank - 1);
  const bool reverse = between(0, 1) == 1;
  std::vector<int64_t> shape = randomShape(rank);
  shape[static_cast<size_t>(between(0, rank - 1))] = between(1, 100);
  const Operand x = make(DType::Float64, shape), out = make(DType::Float64, shape);
  fillValues(x);
  std::vector<double> words{0, static_cast<double>(axis), reverse ? 1.0 : 0.0, 0};
  x.push(words);
  out.push(words);
  scanCommand(words.data(), runtime);
  int64_t inner = 1;
  for (size_t d = static_cast<size_t>(axis) + 1; d < shape.size(); ++d) inner *= shape[d];
  const int64_t length = shape[static_cast<size_t>(axis)];
  for (int64_t p = 0; p < x.elements(); ++p) {
    const int64_t i = p / inner % length;
    double sum = 0;
    for (int64_t j = reverse ? i : 0; j < (reverse ? length : i + 1); ++j) sum += at<double>(x, p + (j - i) * inner);
    expect(at<double>(out, p) == sum, "scan: element %lld differs\n", static_cast<long long>(p));
  }
  drop(x);
  drop(out);
}

void testSort() {
  std::vector<int64_t> shape{between(1, 5), between(0, 3000)};
  const int64_t length = shape[1], k = between(0, 3) == 0 ? between(0, length) : length;
  const bool descending = between(0, 1) == 1;
  const Operand x = make(DType::Int32, shape), values = make(DType::Int32, {shape[0], k}), indices = make(DType::Int64, {shape[0], k});
  for (int64_t i = 0; i < x.elements(); ++i) at<int32_t>(x, i) = static_cast<int32_t>(between(-40, 40));
  std::vector<double> words{descending ? 1.0 : 0.0};
  x.push(words);
  values.push(words);
  indices.push(words);
  sortCommand(words.data(), runtime);
  for (int64_t line = 0; line < shape[0]; ++line) {
    std::vector<int64_t> order(static_cast<size_t>(length));
    for (int64_t i = 0; i < length; ++i) order[static_cast<size_t>(i)] = i;
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      const int32_t va = at<int32_t>(x, line * length + a), vb = at<int32_t>(x, line * length + b);
      return descending ? va > vb : va < vb;
    });
    for (int64_t i = 0; i < k; ++i) {
      const int64_t from = order[static_cast<size_t>(i)];
      expect(at<int64_t>(indices, line * k + i) == from, "sort: index %lld differs\n", static_cast<long long>(i));
      expect(at<int32_t>(values, line * k + i) == at<int32_t>(x, line * length + from), "sort: a value differs\n");
    }
  }
  for (const Operand& o : {x, values, indices}) drop(o);
}

// Max pooling forward, then its gradient: every output's gradient arrives at the position it names.
void testPool() {
  const int64_t in = between(1, 30), size = between(1, 4), stride = between(1, 4), padding = between(0, size / 2), dilation = between(1, 3);
  const int64_t room = in + 2 * padding - dilation * (size - 1) - 1;
  if (room < 0) return;
  const int64_t out = room / stride + 1, planes = between(1, 5);
  const Operand x = make(DType::Float64, {planes, 2, in}), y = make(DType::Float64, {planes, 2, out});
  const Operand indices = make(DType::Int32, {planes, 2, out}), gradient = make(DType::Float64, {planes, 2, in});
  fillValues(x);
  for (const bool backward : {false, true}) {
    std::vector<double> words{3, 1, backward ? 1.0 : 0.0, 0, 1, 0, 1};
    for (const int64_t value : {size, stride, padding, dilation}) words.push_back(static_cast<double>(value));
    words.push_back(1);
    (backward ? gradient : x).push(words);
    y.push(words);
    indices.push(words);
    poolCommand(words.data(), runtime);
  }
  std::vector<double> want(static_cast<size_t>(gradient.elements()), 0.0);
  for (int64_t p = 0; p < y.elements(); ++p) {
    const int64_t plane = p / out, start = p % out * stride - padding;
    int64_t best = -1;
    for (int64_t k = 0; k < size; ++k) {
      const int64_t i = start + k * dilation;
      if (i >= 0 && i < in && (best < 0 || at<double>(x, plane * in + i) > at<double>(x, plane * in + best))) best = i;
    }
    expect(at<int32_t>(indices, p) == best, "pool: index %lld differs\n", static_cast<long long>(p));
    if (best >= 0) want[static_cast<size_t>(plane * in + best)] += at<double>(x, plane * in + best);
  }
  for (size_t i = 0; i < want.size(); ++i) {
    expect(at<double>(gradient, static_cast<int64_t>(i)) == want[i], "pool: gradient %zu differs\n", i);
  }
  expect(!runtime.takeError(), "pool: an index was refused\n");
  for (const Operand& o : {x, y, indices, gradient}) drop(o);
}

}  // namespace

int main() {
  for (const int threads : {1, 3}) {
    Pool::instance().setThreads(threads);
    for (int i = 0; i < 300; ++i, cases += 5) {
      testIndexing(false);
      testIndexing(true);
      testScan();
      testSort();
      testPool();
    }
  }
  return check::finish("kernels", cases);
}
