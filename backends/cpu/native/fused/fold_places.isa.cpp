// argmax and argmin: the extreme and the lowest position that has it. The first NaN wins.
#include "fused/fold_methods.h"
#include "fused/lanes.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

template <class T>
static inline bool unordered(T x) {
  return !(x == x);
}

template <class Op, class T>
struct Place {
  using W = WideOf<T>;

  static bool beyond(W a, W b) {
    if constexpr (std::is_same_v<Op, Greater>) return a > b;
    else return a < b;
  }
  // Whether (a, place) replaces (b, best); best is -1 before the first.
  static bool wins(W a, int64_t place, W b, int64_t best) {
    if (best < 0) return true;
    if (unordered(a) || unordered(b)) return unordered(a) && (!unordered(b) || place < best);
    return beyond(a, b) || (a == b && place < best);
  }

  static void init(int64_t* state, int64_t capacity, int64_t rows) {
    W* s = reinterpret_cast<W*>(state);
    for (int64_t r = 0; r < rows; ++r) {
      s[r] = Op::template identity<W>;
      state[capacity + r] = -1;
    }
  }

  static void take(int64_t* state, int64_t capacity, const FoldTile& tile) {
    W* s = reinterpret_cast<W*>(state);
    int64_t* best = state + capacity;
    const T* x = reinterpret_cast<const T*>(tile.values);
    const int64_t* p = tile.positions;
    if (!tile.overOuter) {
      for (int64_t r = 0; r < tile.rows; ++r, x += tile.length, p += tile.length) {
        const W extreme = foldRun<Op, T, W>(x, tile.length);
        if (tile.length == 0 || (best[r] >= 0 && !wins(extreme, -1, s[r], best[r]))) continue;
        // Where positions run on, the first element that has the extreme is the one.
        int64_t astray = 0;
        for (int64_t o = 0; o < tile.length; ++o) astray |= p[o] - p[0] - o;
        if (astray == 0 && !unordered(extreme)) {
          int64_t o = 0;
          while (static_cast<W>(x[o]) != extreme) ++o;
          if (wins(extreme, p[o], s[r], best[r])) {
            s[r] = extreme;
            best[r] = p[o];
          }
          continue;
        }
        for (int64_t o = 0; o < tile.length; ++o) {
          const W v = static_cast<W>(x[o]);
          if ((v == extreme || unordered(v)) && wins(v, p[o], s[r], best[r])) {
            s[r] = v;
            best[r] = p[o];
          }
        }
      }
      return;
    }
    for (int64_t o = 0; o < tile.length; ++o) {
      for (int64_t r = 0; r < tile.rows; ++r, ++x, ++p) {
        const W v = static_cast<W>(*x);
        if (wins(v, *p, s[r], best[r])) {
          s[r] = v;
          best[r] = *p;
        }
      }
    }
  }

  static void combine(int64_t* state, const int64_t* other, int64_t capacity, int64_t rows) {
    W* s = reinterpret_cast<W*>(state);
    const W* o = reinterpret_cast<const W*>(other);
    for (int64_t r = 0; r < rows; ++r) {
      const int64_t place = other[capacity + r];
      if (place < 0 || !wins(o[r], place, s[r], state[capacity + r])) continue;
      s[r] = o[r];
      state[capacity + r] = place;
    }
  }

  static void finish(const int64_t* state, int64_t capacity, int64_t rows, char* first, char* second) {
    const W* s = reinterpret_cast<const W*>(state);
    T* value = reinterpret_cast<T*>(first);
    int64_t* place = reinterpret_cast<int64_t*>(second);
    for (int64_t r = 0; r < rows; ++r) {
      if (value != nullptr) value[r] = static_cast<T>(s[r]);
      if (place != nullptr) place[r] = state[capacity + r];
    }
  }
};

template <class Op>
void add(Table& table, Monoid monoid) {
  forTypes<ALL>([&](auto type) {
    using F = Place<Op, typename Of<type()>::T>;
    table.folds[monoid][type()] = {F::init, F::take, F::combine, F::finish, 2};
  });
}

}  // namespace

void addPlaces(Table& table) {
  add<Greater>(table, ArgMax);
  add<Less>(table, ArgMin);
}

}  // namespace flambeau::FLAMBEAU_ISA
