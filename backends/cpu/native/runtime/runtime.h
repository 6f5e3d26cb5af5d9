// What a command handler sees of the runtime: buffers by id, and a place to report errors that only a kernel can see.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "runtime/memory.h"

namespace flambeau {

enum class ErrorCode : int { IndexOutOfRange = 1, OutOfMemory = 2, Internal = 3, DivisionByZero = 4 };

// `op` is the id under which JavaScript interned the operator's name.
struct KernelError {
  ErrorCode code;
  int op;
  int64_t value;
  int64_t size;
  int dimension;
};

// One per Node environment. Commands are encoded on the JavaScript thread and run by one thread at a time: that
// thread, or the background thread while the JavaScript thread goes on.
class Runtime {
 public:
  explicit Runtime(size_t memoryLimit) : memory(memoryLimit) {}
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Start of the buffer with this id. Ids stay valid until every command that was encoded with them has run.
  void* pointer(double id) const { return memory.pointer(static_cast<uint32_t>(id)); }
  template <typename T>
  T* pointer(double id) const { return static_cast<T*>(pointer(id)); }

  // Keeps the first error until the next read takes it. Callable from any thread of the pool.
  void fail(const KernelError& error);
  std::optional<KernelError> takeError();

  // Runs commands laid out one after another: [opcode, length of the whole command, ...payload].
  // `stop`, when it turns true, ends the run between two commands.
  void run(const double* words, int64_t length, const std::atomic<bool>* stop = nullptr);

  Memory memory;

  // How many commands have run: the serial number of the last one, since they are numbered from 1 as they are encoded.
  std::atomic<int64_t> completed{0};

 private:
  std::mutex errorMutex;
  std::optional<KernelError> error;
};

}  // namespace flambeau
