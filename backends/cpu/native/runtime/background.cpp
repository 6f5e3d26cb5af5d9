#include "runtime/background.h"

#include <cstring>

namespace flambeau {

void Background::submit(Job job) {
  std::lock_guard<std::mutex> lock(mutex);
  if (stopping.load()) return;
  jobs.push_back(std::move(job));
  pending.fetch_add(1);
  if (!thread.joinable()) thread = std::thread([this] { loop(); });
  arrived.notify_one();
}

size_t Background::depth() { return pending.load(std::memory_order_relaxed); }

void Background::wait() {
  if (idle()) return;
  std::unique_lock<std::mutex> lock(mutex);
  finished.wait(lock, [this] { return pending.load() == 0 || stopping.load(); });
}

void Background::stop() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    stopping.store(true);
    arrived.notify_all();
    finished.notify_all();
  }
  if (thread.joinable()) thread.join();
}

void Background::loop() {
  for (;;) {
    Job job;
    {
      std::unique_lock<std::mutex> lock(mutex);
      arrived.wait(lock, [this] { return stopping.load() || !jobs.empty(); });
      if (stopping.load()) return;
      job = std::move(jobs.front());
      jobs.pop_front();
    }
    runtime.run(job.words.data(), static_cast<int64_t>(job.words.size()), &stopping);
    if (stopping.load()) return;
    if (job.bytes > 0) std::memcpy(job.to, static_cast<char*>(runtime.memory.pointer(job.from)) + job.offset, job.bytes);
    if (job.ticket != 0) {
      runtime.completed.fetch_add(1, std::memory_order_release);  // the read was numbered like a command
      done({job.ticket, runtime.takeError()});
    }
    std::lock_guard<std::mutex> lock(mutex);
    if (pending.fetch_sub(1) == 1) finished.notify_all();
  }
}

}  // namespace flambeau
