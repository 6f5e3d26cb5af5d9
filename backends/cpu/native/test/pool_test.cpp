// The pool covers every index once, from several host threads, nested, resized, and after it has slept.
#include <atomic>
#include <chrono>
#include <thread>

#include "check.h"
#include "pool/pool.h"

using flambeau::Pool;

namespace {

int64_t cases = 0;

void covers(int64_t count, int64_t grain) {
  ++cases;
  std::vector<std::atomic<int>> hits(static_cast<size_t>(count));
  Pool::instance().parallelFor(count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) hits[static_cast<size_t>(i)].fetch_add(1);
  });
  for (int64_t i = 0; i < count; ++i) {
    check::expect(hits[static_cast<size_t>(i)].load() == 1, "index %lld of %lld, grain %lld\n", (long long)i, (long long)count,
                  (long long)grain);
  }
}

void nests() {
  ++cases;
  std::atomic<int64_t> total{0};
  Pool::instance().parallelFor(20, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      Pool::instance().parallelFor(50, 1, [&](int64_t b, int64_t e) { total.fetch_add(e - b); });
    }
  });
  check::expect(total.load() == 1000, "nested total %lld\n", (long long)total.load());
  check::expect(!Pool::inside(), "%s\n", "inside after the call");
}

}  // namespace

int main() {
  Pool& pool = Pool::instance();
  for (int threads : {1, 2, 4, 7}) {
    pool.setThreads(threads);
    check::expect(pool.threads() == threads, "%d threads\n", pool.threads());
    for (int i = 0; i < 200; ++i) covers(check::between(0, 500), check::between(0, 60));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (int i = 0; i < 200; ++i) covers(check::between(0, 50), 1);
    nests();
  }
  std::vector<std::thread> hosts;
  std::atomic<int64_t> total{0};
  for (int h = 0; h < 3; ++h) {
    hosts.emplace_back([&] {
      for (int i = 0; i < 300; ++i) pool.parallelFor(64, 1, [&](int64_t b, int64_t e) { total.fetch_add(e - b); });
    });
  }
  for (std::thread& host : hosts) host.join();
  check::expect(total.load() == 3 * 300 * 64, "total of three hosts %lld\n", (long long)total.load());
  return check::finish("pool", cases);
}
