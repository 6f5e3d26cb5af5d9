// The thread that runs commands while the JavaScript thread goes on. It starts with the first job.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "runtime/runtime.h"

namespace flambeau {

struct Job {
  std::vector<double> words;
  // Reported when done, together with the first error so far; 0 reports nothing and leaves the error for later.
  uint32_t ticket = 0;
  // What to copy out after the words have run; `bytes` 0 copies nothing. `to` belongs to JavaScript and outlives the job.
  uint32_t from = 0;
  size_t offset = 0, bytes = 0;
  char* to = nullptr;
};

struct Completion {
  uint32_t ticket;
  std::optional<KernelError> error;
};

class Background {
 public:
  Background(Runtime& runtime, std::function<void(Completion)> done) : runtime(runtime), done(std::move(done)) {}
  ~Background() { stop(); }

  void submit(Job job);
  // Jobs that are waiting or running.
  size_t depth();
  bool idle() { return pending.load(std::memory_order_acquire) == 0; }
  // Returns when every job has been done.
  void wait();
  // Ends after the command that is running; what waits is dropped.
  void stop();

 private:
  void loop();

  Runtime& runtime;
  std::function<void(Completion)> done;
  std::mutex mutex;
  std::condition_variable arrived, finished;
  std::deque<Job> jobs;
  std::atomic<size_t> pending{0};
  std::atomic<bool> stopping{false};
  std::thread thread;
};

}  // namespace flambeau
