#include "pool/pool.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace flambeau {

namespace {

thread_local bool insideParallel = false;

constexpr int spins = 2000;
constexpr int maxThreads = 256;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

int threadsWanted() {
  if (const char* text = std::getenv("FLAMBEAU_THREADS")) {
    const int count = std::atoi(text);
    if (count > 0) return count < maxThreads ? count : maxThreads;
  }
  const int count = static_cast<int>(std::thread::hardware_concurrency());
  return count < 1 ? 1 : count < maxThreads ? count : maxThreads;
}

}  // namespace

// A job is announced through `gate`: generation in the upper half, then the number of workers inside, then an
// open bit. Workers enter by a compare-and-swap that succeeds only while the job is open, so the caller never waits
// for a worker that has not started: it closes the gate when no range is left and waits for those inside alone.
struct Pool::State {
  static constexpr uint64_t open = 1;
  static constexpr uint64_t one = 2;
  static constexpr uint64_t insideMask = 0xfffffffe;
  static constexpr uint64_t generation = uint64_t{1} << 32;

  alignas(64) std::atomic<uint64_t> gate{0};
  alignas(64) std::atomic<int64_t> next{0};
  alignas(64) std::atomic<int> sleepers{0};
  std::atomic<bool> callerSleeps{false};
  std::atomic<bool> stopping{false};
  std::atomic<int> threads{1};

  int64_t count = 0, step = 1;
  Range range = nullptr;
  void* body = nullptr;

  std::mutex turn;  // held by the host thread whose job runs
  std::mutex sleep;
  std::condition_variable wake, done;
  std::vector<std::thread> workers;

  void takeRanges() {
    for (;;) {
      const int64_t begin = next.fetch_add(step, std::memory_order_relaxed);
      if (begin >= count) return;
      range(body, begin, begin + step < count ? begin + step : count);
    }
  }

  static bool isNew(uint64_t value, uint64_t seen) { return (value & open) && (value >> 32) != seen; }

  void work() {
    insideParallel = true;
    uint64_t seen = 0;
    while (true) {
      uint64_t value = gate.load(std::memory_order_acquire);
      for (int i = 0; i < spins && !isNew(value, seen); ++i) {
        pause();
        value = gate.load(std::memory_order_acquire);
      }
      if (!isNew(value, seen)) {
        std::unique_lock<std::mutex> lock(sleep);
        sleepers.fetch_add(1);
        wake.wait(lock, [&] { return stopping.load() || isNew(gate.load(), seen); });
        sleepers.fetch_sub(1);
        if (stopping.load()) return;
        continue;
      }
      if (!gate.compare_exchange_strong(value, value + one, std::memory_order_acq_rel)) continue;
      seen = value >> 32;
      takeRanges();
      const uint64_t left = gate.fetch_sub(one) - one;
      if (!(left & open) && !(left & insideMask) && callerSleeps.load()) {
        std::lock_guard<std::mutex> lock(sleep);
        done.notify_all();
      }
    }
  }

  void start() {
    if (stopping.load()) return;
    for (int i = 1; i < threads.load(); ++i) workers.emplace_back([this] { work(); });
  }

  void stop() {
    {
      std::lock_guard<std::mutex> lock(sleep);
      stopping.store(true);
      wake.notify_all();
    }
    for (std::thread& worker : workers) worker.join();
    workers.clear();
  }

  void runJob() {
    const uint64_t opened = ((gate.load() >> 32) + 1) * generation | open;
    next.store(0, std::memory_order_relaxed);
    gate.store(opened);
    if (sleepers.load() > 0) {
      std::lock_guard<std::mutex> lock(sleep);
      wake.notify_all();
    }
    insideParallel = true;
    takeRanges();
    insideParallel = false;
    uint64_t value = gate.fetch_sub(open) - open;
    for (int i = 0; i < spins && (value & insideMask); ++i) {
      pause();
      value = gate.load(std::memory_order_acquire);
    }
    if (!(value & insideMask)) return;
    std::unique_lock<std::mutex> lock(sleep);
    callerSleeps.store(true);
    done.wait(lock, [&] { return !(gate.load() & insideMask); });
    callerSleeps.store(false);
  }
};

// Joins the workers when the process (or the addon) goes, and leaves the state behind for late callers, whose
// calls then run inline. A job that another thread is still running keeps its workers: they end with the process.
struct PoolJoiner {
  Pool& pool;
  ~PoolJoiner() {
    Pool::State& state = *pool.state_;
    std::unique_lock<std::mutex> turn(state.turn, std::try_to_lock);
    if (turn.owns_lock()) {
      state.threads.store(1);
      state.stop();
    } else {
      for (std::thread& worker : state.workers) worker.detach();
      state.workers.clear();
    }
  }
};

Pool::Pool() : state_(new State) {
  state_->threads.store(threadsWanted());
  state_->start();
}

Pool& Pool::instance() {
  static Pool* pool = new Pool;
  static PoolJoiner joiner{*pool};
  return *pool;
}

int Pool::threads() const { return state_->threads.load(std::memory_order_relaxed); }

bool Pool::inside() { return insideParallel; }

void Pool::setThreads(int count) {
  count = count < 1 ? 1 : count < maxThreads ? count : maxThreads;
  State& state = *state_;
  std::lock_guard<std::mutex> turn(state.turn);
  if (count == state.threads.load()) return;
  state.stop();
  state.stopping.store(false);
  state.threads.store(count);
  state.start();
}

void Pool::run(int64_t count, int64_t grain, Range range, void* body) {
  if (count <= 0) return;
  if (grain < 1) grain = 1;
  if (insideParallel || count <= grain || threads() == 1) {
    range(body, 0, count);
    return;
  }
  State& state = *state_;
  std::lock_guard<std::mutex> turn(state.turn);
  // A few ranges per thread let a thread that started late or was interrupted do less.
  const int64_t even = count / (int64_t{4} * threads());
  state.count = count;
  state.step = even > grain ? even : grain;
  state.range = range;
  state.body = body;
  state.runJob();
}

}  // namespace flambeau
