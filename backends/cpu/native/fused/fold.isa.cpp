// Folds of one value: sum, product, extremes, any, all. Floats fold in double from one tile to the next.
#include "fused/fold_methods.h"
#include "fused/lanes.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

// T: of the values, W: of the state, an 8-byte word.
template <class Op, class T>
struct Single {
  using Narrow = FoldElement<Op, T>;
  using W = WideOf<Narrow>;

  static void init(int64_t* state, int64_t, int64_t rows) {
    W* s = reinterpret_cast<W*>(state);
    for (int64_t r = 0; r < rows; ++r) s[r] = Op::template identity<W>;
  }

  static void take(int64_t* state, int64_t, const FoldTile& tile) {
    W* s = reinterpret_cast<W*>(state);
    const Narrow* x = reinterpret_cast<const Narrow*>(tile.values);
    if (!tile.overOuter) {
      for (int64_t r = 0; r < tile.rows; ++r, x += tile.length) {
        s[r] = Op::apply(s[r], foldRun<Op, Narrow, W>(x, tile.length));
      }
      return;
    }
    const int64_t rows = tile.rows;
    for (int64_t o = 0; o < tile.length; ++o, x += rows) {
#pragma GCC ivdep
      for (int64_t r = 0; r < rows; ++r) s[r] = Op::apply(s[r], static_cast<W>(x[r]));
    }
  }

  static void combine(int64_t* state, const int64_t* other, int64_t, int64_t rows) {
    W* s = reinterpret_cast<W*>(state);
    const W* o = reinterpret_cast<const W*>(other);
    for (int64_t r = 0; r < rows; ++r) s[r] = Op::apply(s[r], o[r]);
  }

  static void finish(const int64_t* state, int64_t, int64_t rows, char* first, char*) {
    const W* s = reinterpret_cast<const W*>(state);
    T* d = reinterpret_cast<T*>(first);
    for (int64_t r = 0; r < rows; ++r) d[r] = static_cast<T>(s[r]);
  }
};

template <class Op, int set>
void add(Table& table, Monoid monoid) {
  forTypes<set>([&](auto type) {
    using F = Single<Op, typename Of<type()>::T>;
    table.folds[monoid][type()] = {F::init, F::take, F::combine, F::finish, 1};
  });
}

// Booleans are the bytes 0 and 1, so that their extremes are `any` and `all`; identities differ from those of bytes.
struct Either {
  template <class V> static V apply(V a, V b) { return a | b; }
  template <class T> static constexpr T identity = T(0);
};
struct Both {
  template <class V> static V apply(V a, V b) { return a & b; }
  template <class T> static constexpr T identity = T(1);
};

}  // namespace

void addFolds(Table& table) {
  add<Plus, NUMBERS>(table, Sum);
  add<Times, NUMBERS>(table, Prod);
  add<Greater, NUMBERS>(table, Max);
  add<Less, NUMBERS>(table, Min);
  add<Either, BOOL>(table, Max);
  add<Both, BOOL>(table, Min);
  add<Either, BOOL>(table, Any);
  add<Both, BOOL>(table, All);
  addPlaces(table);
  addMoments(table);
}

}  // namespace flambeau::FLAMBEAU_ISA
