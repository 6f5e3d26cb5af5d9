// Folds with two results: mean and sum of squared distances, maximum and sum of exponentials.
#include "fused/floats.h"
#include "fused/fold_methods.h"
#include "fused/lanes.h"

namespace flambeau::FLAMBEAU_ISA {

namespace {

using namespace fused;
using namespace fused::types;

// Mean and sum of squared distances from it, of `n` values, at least one.
struct Spread {
  double mean, m2;
};

template <class T>
inline Spread spreadOfFew(const T* x, int64_t n) {
  Spread spread = {0, 0};
  for (int64_t i = 0; i < n; ++i) spread.mean += static_cast<double>(x[i]);
  spread.mean /= static_cast<double>(n);
  for (int64_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(x[i]) - spread.mean;
    spread.m2 += d * d;
  }
  return spread;
}

// One pass over whole vectors. Each lane measures distances from its own first value: since that is one of the values, what
// cancels when the squares are moved to the lane's mean is at most the lane's length times what remains, whatever
// the values' offset.
template <class T>
inline Spread spreadOfVectors(const T* x, int64_t n) {
  constexpr int width = Lanes<T>::width;
  const Vector<T> first = loadLanes(x);
  Vector<T> sum[4] = {}, squares[4] = {};
  const auto take = [&](int which, int64_t from) {
    const Vector<T> d = loadLanes(x + from) - first;
    sum[which] += d;
    squares[which] += d * d;
  };
  int64_t i = width;
  for (; i + 4 * width <= n; i += 4 * width) {
    take(0, i);
    take(1, i + width);
    take(2, i + 2 * width);
    take(3, i + 3 * width);
  }
  for (; i + width <= n; i += width) take(0, i);
  const double length = static_cast<double>(n / width), share = 1 / length;
  const Wide<T> s = widened<T>((sum[0] + sum[1]) + (sum[2] + sum[3]));
  const Wide<T> q = widened<T>((squares[0] + squares[1]) + (squares[2] + squares[3]));
  const Wide<T> means = widened<T>(first) + s * share;
  Spread spread;
  spread.mean = sumOf<T>(means) * (1.0 / width);
  const Wide<T> off = means - spread.mean;
  spread.m2 = sumOf<T>((q - s * s * share) + length * (off * off));
  return spread;
}

// Of each tile, then Chan, Golub and LeVeque's merge: formulas without differences lose digits.
template <class T>
struct Moments {
  static void init(int64_t* state, int64_t capacity, int64_t rows) {
    double* s = reinterpret_cast<double*>(state);
    for (int64_t r = 0; r < rows; ++r) s[r] = s[capacity + r] = s[2 * capacity + r] = 0;
  }

  static void merge(double* s, int64_t capacity, int64_t r, double count, Spread of) {
    const auto [mean, m2] = of;
    if (count == 0) return;
    if (s[r] == 0) {
      s[r] = count;
      s[capacity + r] = mean;
      s[2 * capacity + r] = m2;
      return;
    }
    const double total = s[r] + count, d = mean - s[capacity + r];
    s[2 * capacity + r] += m2 + d * d * (s[r] * count / total);
    s[capacity + r] += d * (count / total);
    s[r] = total;
  }

  static void take(int64_t* state, int64_t capacity, const FoldTile& tile) {
    double* s = reinterpret_cast<double*>(state);
    const T* x = reinterpret_cast<const T*>(tile.values);
    const int64_t n = tile.length;
    if (!tile.overOuter) {
      const int64_t rest = n % Lanes<T>::width, whole = n - rest;
      for (int64_t r = 0; r < tile.rows; ++r, x += n) {
        if (whole > 0) merge(s, capacity, r, static_cast<double>(whole), spreadOfVectors(x, whole));
        if (rest > 0) merge(s, capacity, r, static_cast<double>(rest), spreadOfFew(x + whole, rest));
      }
      return;
    }
    double *mean = s + capacity, *m2 = s + 2 * capacity;
    const int64_t rows = tile.rows;
    const double before = rows > 0 ? s[0] : 0;
    for (int64_t o = 0; o < n; ++o, x += rows) {
      const double weight = 1 / (before + static_cast<double>(o + 1));
#pragma GCC ivdep
      for (int64_t r = 0; r < rows; ++r) {
        const double v = static_cast<double>(x[r]), d = v - mean[r];
        const double moved = mean[r] + d * weight;
        m2[r] += d * (v - moved);
        mean[r] = moved;
      }
    }
    for (int64_t r = 0; r < rows; ++r) s[r] = before + static_cast<double>(n);
  }

  static void combine(int64_t* state, const int64_t* other, int64_t capacity, int64_t rows) {
    const double* o = reinterpret_cast<const double*>(other);
    for (int64_t r = 0; r < rows; ++r) {
      merge(reinterpret_cast<double*>(state), capacity, r, o[r], {o[capacity + r], o[2 * capacity + r]});
    }
  }

  static void finish(const int64_t* state, int64_t capacity, int64_t rows, char* first, char* second) {
    const double* s = reinterpret_cast<const double*>(state);
    T *mean = reinterpret_cast<T*>(first), *m2 = reinterpret_cast<T*>(second);
    for (int64_t r = 0; r < rows; ++r) {
      if (mean != nullptr) mean[r] = s[r] == 0 ? notANumber<T> : static_cast<T>(s[capacity + r]);
      if (m2 != nullptr) m2[r] = static_cast<T>(s[2 * capacity + r]);
    }
  }
};

template <class T>
inline double sumOfExponentials(const T* x, int64_t n, T shift) {
  constexpr int64_t piece = 256;
  T e[piece];
  double total = 0;
  for (int64_t i = 0; i < n; i += piece) {
    const int64_t count = n - i < piece ? n - i : piece;
    for (int64_t k = 0; k < count; ++k) e[k] = expOfNegative(x[i + k] - shift);
    total += foldRun<Plus, T, double>(e, count);
  }
  return total;
}

// Values of -infinity add nothing, so that a row of them gives (-infinity, 0).
template <class T>
struct Exponentials {
  static void init(int64_t* state, int64_t capacity, int64_t rows) {
    double* s = reinterpret_cast<double*>(state);
    for (int64_t r = 0; r < rows; ++r) {
      s[r] = -infinity<double>;
      s[capacity + r] = 0;
    }
  }

  static void merge(double* s, int64_t capacity, int64_t r, double max, double sum) {
    if (max == -infinity<double>) return;
    const double joint = Greater::apply(s[r], max);
    const double mine = s[r] == -infinity<double> ? 0 : s[capacity + r] * std::exp(s[r] - joint);
    s[capacity + r] = mine + sum * std::exp(max - joint);
    s[r] = joint;
  }

  static void take(int64_t* state, int64_t capacity, const FoldTile& tile) {
    double* s = reinterpret_cast<double*>(state);
    const T* x = reinterpret_cast<const T*>(tile.values);
    const int64_t n = tile.length, rows = tile.rows;
    if (!tile.overOuter) {
      for (int64_t r = 0; r < rows; ++r, x += n) {
        // Shifted by the maximum so far, so that `merge` has nothing to rescale.
        const double tileMax = foldRun<Greater, T, double>(x, n);
        if (tileMax == -infinity<double>) continue;
        const double joint = Greater::apply(s[r], tileMax);
        if (joint != s[r]) {
          s[capacity + r] = s[r] == -infinity<double> ? 0 : s[capacity + r] * std::exp(s[r] - joint);
          s[r] = joint;
        }
        s[capacity + r] += sumOfExponentials(x, n, static_cast<T>(joint));
      }
      return;
    }
    double* sum = s + capacity;
    for (int64_t o = 0; o < n; ++o, x += rows) {
#pragma GCC ivdep
      for (int64_t r = 0; r < rows; ++r) {
        const T max = static_cast<T>(s[r]), v = x[r];
        const bool above = (v > max) | (v != v);
        const double e = static_cast<double>(expOfNegative(-magnitude(v - max)));
        const double next = above ? sum[r] * e + (v - v + 1) : sum[r] + e;
        sum[r] = v == -infinity<T> ? sum[r] : next;
        s[r] = above ? static_cast<double>(v) : s[r];
      }
    }
  }

  static void combine(int64_t* state, const int64_t* other, int64_t capacity, int64_t rows) {
    const double* o = reinterpret_cast<const double*>(other);
    for (int64_t r = 0; r < rows; ++r) merge(reinterpret_cast<double*>(state), capacity, r, o[r], o[capacity + r]);
  }

  static void finish(const int64_t* state, int64_t capacity, int64_t rows, char* first, char* second) {
    const double* s = reinterpret_cast<const double*>(state);
    T *max = reinterpret_cast<T*>(first), *sum = reinterpret_cast<T*>(second);
    for (int64_t r = 0; r < rows; ++r) {
      if (max != nullptr) max[r] = static_cast<T>(s[r]);
      if (sum != nullptr) sum[r] = static_cast<T>(s[capacity + r]);
    }
  }
};

}  // namespace

void addMoments(Table& table) {
  forTypes<FLOATS>([&](auto type) {
    using M = Moments<typename Of<type()>::T>;
    using E = Exponentials<typename Of<type()>::T>;
    table.folds[Welford][type()] = {M::init, M::take, M::combine, M::finish, 3};
    table.folds[Online][type()] = {E::init, E::take, E::combine, E::finish, 2};
  });
}

}  // namespace flambeau::FLAMBEAU_ISA
