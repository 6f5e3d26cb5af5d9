// GFLOP/s of products: `bench_gemm [threads]`, or `bench_gemm threads m n k layout` with layout nn, nt or tn.
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "check.h"
#include "gemm/gemm.h"
#include "pool/pool.h"

using namespace flambeau;

namespace {

void bench(int64_t m, int64_t n, int64_t k, const char* layout) {
  std::vector<float> a(static_cast<size_t>(m * k), 0.5f), b(static_cast<size_t>(k * n), 0.25f), c(static_cast<size_t>(m * n));
  GemmArgs args;
  args.m = m, args.n = n, args.k = k;
  args.a = a.data(), args.b = b.data(), args.c = c.data(), args.crs = n;
  if (layout[0] == 'n') args.ars = k;
  else args.ars = 1, args.acs = m;
  if (layout[1] == 'n') args.brs = n;
  else args.brs = 1, args.bcs = k;
  using Clock = std::chrono::steady_clock;
  double best = 1e30, spent = 0;
  const double flops = 2.0 * static_cast<double>(m * n * k);
  const int repeats = static_cast<int>(2e7 / flops) + 1;
  while (spent < 0.15) {
    const auto start = Clock::now();
    for (int i = 0; i < repeats; ++i) gemm(args);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    spent += seconds;
    if (seconds / repeats < best) best = seconds / repeats;
  }
  std::printf("%5lld %5lld %5lld %s %8.1f GFLOP/s\n", (long long)m, (long long)n, (long long)k, layout, flops / best / 1e9);
}

}  // namespace

int main(int argc, char** argv) {
  Pool::instance().setThreads(argc > 1 ? std::atoi(argv[1]) : 1);
  std::printf("%s, %d threads\n", isaName(detectIsa()), Pool::instance().threads());
  if (argc > 5) {
    bench(std::atoll(argv[2]), std::atoll(argv[3]), std::atoll(argv[4]), argv[5]);
    return 0;
  }
  for (const char* layout : {"nn", "nt", "tn"}) {
    for (int64_t size : {16, 32, 64, 128, 256, 512, 1024}) bench(size, size, size, layout);
  }
  bench(64, 10, 128, "nt");
  bench(64, 256, 784, "nt");
  bench(256, 784, 64, "tn");
  bench(2048, 256, 256, "nt");
  bench(1, 1024, 1024, "nt");
  bench(1, 1024, 1024, "nn");
  bench(1024, 1, 1024, "nn");
  bench(4096, 10, 512, "nn");
  return 0;
}
