// What one Node environment (the main thread, or a worker thread) owns.
#pragma once

#include <node_api.h>

#include <memory>

#include "runtime/background.h"
#include "runtime/runtime.h"

namespace flambeau {

class Environment {
 public:
  // Sets itself up to end with `env`.
  static Environment* create(napi_env env);

  // `words` is the command array: word 0 the serial number of the last command encoded, commands behind it.
  // `onDone(ticket, error...)` is called for every ticket.
  void open(napi_env env, napi_value words, size_t memoryLimit, napi_value onDone);
  bool opened() const { return runtime != nullptr; }

  // Runs the words [from, to), now if nothing is in the background, else behind what is.
  void flush(int64_t from, int64_t to);
  // Runs them and whatever is in the background before returning.
  void finish(int64_t from, int64_t to);
  // Runs them in the background, then copies if the job says so, then reports its ticket.
  void submit(napi_env env, int64_t from, int64_t to, Job job);
  void ticketDone(napi_env env);

  int64_t lastSerial() const { return static_cast<int64_t>(words[0]); }
  // Gives cached memory beyond reason back to the system, if no command waits.
  void keepCacheSmall();
  // No command is encoded, waiting or running.
  bool idle() const { return background->idle() && runtime->completed.load() >= lastSerial(); }

  // Ties `object` to a block: when garbage collection finds it unreachable, the block is given back.
  bool track(napi_env env, napi_value object, Memory::Allocation allocation);

  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<Background> background;

 private:
  static void finalize(node_api_basic_env env, void* data, void* hint);
  void teardown();
  void drop();

  const double* words = nullptr;
  napi_ref wordsReference = nullptr;
  napi_threadsafe_function completions = nullptr;
  uint32_t outstanding = 0;
  // Finalizers may run after the environment's clean-up hooks: the last of them deletes this.
  uint64_t references = 1;
};

}  // namespace flambeau
