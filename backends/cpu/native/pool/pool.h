// One fork-join thread pool for every kernel of the process.
#pragma once

#include <cstdint>
#include <type_traits>

namespace flambeau {

class Pool {
 public:
  /// Calls `f(begin, end)` on disjoint ranges that cover [0, count), each at least `grain` long (except the
  /// last), on up to threads() threads. The caller takes part and returns when all ranges are done. Calls made
  /// inside `f` run inline; calls from several host threads take turns. `f` must not throw.
  template <class F>
  void parallelFor(int64_t count, int64_t grain, F&& f) {
    using Body = std::remove_reference_t<F>;
    run(count, grain, [](void* body, int64_t begin, int64_t end) { (*static_cast<Body*>(body))(begin, end); },
        const_cast<void*>(static_cast<const void*>(&f)));
  }

  /// Threads a parallel call may use, the caller included.
  int threads() const;

  /// Changes that number (at least 1). Must not be called from inside a parallel call.
  void setThreads(int count);

  /// Whether the calling thread is inside a parallel call, so that a further one would run inline.
  static bool inside();

  /// The pool of the process: FLAMBEAU_THREADS threads, else one per hardware thread.
  static Pool& instance();

 private:
  struct State;
  State* state_;

  Pool();
  using Range = void (*)(void* body, int64_t begin, int64_t end);
  void run(int64_t count, int64_t grain, Range range, void* body);
  friend struct PoolJoiner;
};

}  // namespace flambeau
