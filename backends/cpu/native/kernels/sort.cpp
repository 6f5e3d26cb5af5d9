// Stable sorting along the last dimension. Values become unsigned keys in the same order (NaN the greatest, -0 equal to
// 0); a key and its position fit one word for types of up to 32 bits, which then sorts without comparing anything else.
#include <algorithm>
#include <vector>

#include "kernels/elements.h"
#include "kernels/kernels.h"
#include "kernels/lines.h"
#include "pool/pool.h"

namespace flambeau {

namespace {

constexpr int64_t grain = 1 << 10;
constexpr int64_t radixFrom = 1 << 10;

template <typename Word>
Word signedKey(Word bits) { return bits ^ (Word{1} << (8 * sizeof(Word) - 1)); }

// The order of a float's bits, after sign and zero have been seen to.
template <typename Word>
Word floatKey(Word bits) {
  constexpr Word sign = Word{1} << (8 * sizeof(Word) - 1);
  return (bits & sign) != 0 ? static_cast<Word>(~bits) : static_cast<Word>(bits | sign);
}

inline uint32_t sortKey(float x) {
  if (x != x) return UINT32_MAX;
  x += 0.0f;  // -0 + 0 is 0
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return floatKey(bits);
}
inline uint64_t sortKey(double x) {
  if (x != x) return UINT64_MAX;
  x += 0.0;
  uint64_t bits;
  std::memcpy(&bits, &x, 8);
  return floatKey(bits);
}
inline uint32_t sortKey(Half x) { return sortKey(static_cast<float>(x)); }
inline uint32_t sortKey(BFloat16 x) { return sortKey(static_cast<float>(x)); }
inline uint32_t sortKey(Bool x) { return x ? 1 : 0; }
inline uint32_t sortKey(uint8_t x) { return x; }
inline uint32_t sortKey(int8_t x) { return signedKey(static_cast<uint32_t>(static_cast<int32_t>(x))); }
inline uint32_t sortKey(int16_t x) { return signedKey(static_cast<uint32_t>(static_cast<int32_t>(x))); }
inline uint32_t sortKey(int32_t x) { return signedKey(static_cast<uint32_t>(x)); }
inline uint64_t sortKey(int64_t x) { return signedKey(static_cast<uint64_t>(x)); }

struct Wide {
  uint64_t key;
  int64_t position;
  bool operator<(const Wide& other) const {
    return key != other.key ? key < other.key : position < other.position;
  }
};

// Key in the upper half, position in the lower: the order of the words is the order asked for.
struct Narrow {
  using Item = uint64_t;
  static Item make(uint32_t key, int64_t position, bool descending) {
    return static_cast<uint64_t>(descending ? ~key : key) << 32 | static_cast<uint32_t>(position);
  }
  static int64_t position(Item item) { return static_cast<int64_t>(item & UINT32_MAX); }
};
struct WideKeys {
  using Item = Wide;
  static Item make(uint64_t key, int64_t position, bool descending) { return {descending ? ~key : key, position}; }
  static int64_t position(const Item& item) { return item.position; }
};

// Positions are in order already, so stable passes over the key alone suffice.
void sortAll(std::vector<uint64_t>& items, std::vector<uint64_t>& spare) {
  if (static_cast<int64_t>(items.size()) < radixFrom) {
    std::sort(items.begin(), items.end());
    return;
  }
  constexpr int bits = 11, buckets = 1 << bits;
  spare.resize(items.size());
  for (int shift = 32; shift < 64; shift += bits) {
    size_t starts[buckets] = {};
    for (const uint64_t item : items) ++starts[item >> shift & (buckets - 1)];
    if (starts[items[0] >> shift & (buckets - 1)] == items.size()) continue;
    size_t sum = 0;
    for (size_t& start : starts) {
      const size_t size = start;
      start = sum;
      sum += size;
    }
    for (const uint64_t item : items) spare[starts[item >> shift & (buckets - 1)]++] = item;
    items.swap(spare);
  }
}

void sortAll(std::vector<Wide>& items, std::vector<Wide>&) { std::sort(items.begin(), items.end()); }

template <typename T>
void sortLines(const View& x, const View& values, const View& indices, bool descending, const Lines<3>& lines,
               int64_t begin, int64_t end) {
  using Keys = std::conditional_t<sizeof(sortKey(T{})) == 8, WideKeys, Narrow>;
  const int axis = x.rank - 1;
  const int64_t length = axis < 0 ? 1 : x.shape[axis], wanted = axis < 0 ? 1 : values.shape[axis];
  const int64_t xs = axis < 0 ? 0 : x.strides[axis], vs = axis < 0 ? 0 : values.strides[axis];
  const int64_t is = axis < 0 ? 0 : indices.strides[axis];
  std::vector<typename Keys::Item> items(static_cast<size_t>(length)), spare;
  for (int64_t line = begin; line < end; ++line) {
    int64_t at[3];
    lines.start(line, at);
    const T* in = reinterpret_cast<const T*>(x.data) + at[0];
    T* out = reinterpret_cast<T*>(values.data) + at[1];
    for (int64_t i = 0; i < length; ++i) items[static_cast<size_t>(i)] = Keys::make(sortKey(in[i * xs]), i, descending);
    if (4 * wanted < length) {
      std::nth_element(items.begin(), items.begin() + wanted, items.end());
      std::sort(items.begin(), items.begin() + wanted);
    } else {
      sortAll(items, spare);
    }
    for (int64_t i = 0; i < wanted; ++i) {
      const int64_t from = Keys::position(items[static_cast<size_t>(i)]);
      out[i * vs] = in[from * xs];
      const int64_t to = at[2] + i * is;
      if (indices.dtype == DType::Int64) reinterpret_cast<int64_t*>(indices.data)[to] = from;
      else reinterpret_cast<int32_t*>(indices.data)[to] = static_cast<int32_t>(from);
    }
  }
}

}  // namespace

// [descending, x, values, indices]
void sortCommand(const double* payload, Runtime& runtime) {
  Cursor cursor(payload);
  const bool descending = cursor.flag();
  const View x = cursor.view(runtime);
  const View values = cursor.view(runtime);
  const View indices = cursor.view(runtime);
  const int64_t length = x.rank == 0 ? 1 : x.shape[x.rank - 1];
  if (values.elements() == 0) return;
  const View* const views[] = {&x, &values, &indices};
  const Lines<3> lines(views, x.rank - 1);
  withType(x.dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    Pool::instance().parallelFor(lines.count, 1 + grain / length, [&](int64_t begin, int64_t end) {
      sortLines<T>(x, values, indices, descending, lines, begin, end);
    });
  });
}

}  // namespace flambeau
