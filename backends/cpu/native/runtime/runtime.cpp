#include "runtime/runtime.h"

#include <cstring>
#include <new>

#include "runtime/commands.h"

namespace flambeau {

namespace {

// [from id, from byte, to id, to byte, bytes]
void copyCommand(const double* p, Runtime& runtime) {
  const char* from = runtime.pointer<char>(p[0]) + static_cast<int64_t>(p[1]);
  char* to = runtime.pointer<char>(p[2]) + static_cast<int64_t>(p[3]);
  std::memmove(to, from, static_cast<size_t>(p[4]));
}

// [to id, to byte, bytes, ...the bytes themselves]
void writeCommand(const double* p, Runtime& runtime) {
  std::memcpy(runtime.pointer<char>(p[0]) + static_cast<int64_t>(p[1]), p + 3, static_cast<size_t>(p[2]));
}

}  // namespace

CommandHandler& commandHandler(Opcode opcode) {
  static struct Table {
    CommandHandler handlers[static_cast<int>(Opcode::Count)] = {};
    Table() {
      handlers[static_cast<int>(Opcode::Copy)] = copyCommand;
      handlers[static_cast<int>(Opcode::Write)] = writeCommand;
    }
  } table;
  return table.handlers[static_cast<int>(opcode)];
}

void Runtime::fail(const KernelError& failure) {
  std::lock_guard<std::mutex> lock(errorMutex);
  if (!error) error = failure;
}

std::optional<KernelError> Runtime::takeError() {
  std::lock_guard<std::mutex> lock(errorMutex);
  std::optional<KernelError> taken = error;
  error.reset();
  return taken;
}

void Runtime::run(const double* words, int64_t length, const std::atomic<bool>* stop) {
  const double* end = words + length;
  while (words < end) {
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) return;
    const CommandHandler handler = commandHandler(static_cast<Opcode>(static_cast<int>(words[0])));
    try {
      if (handler == nullptr) {
        fail({ErrorCode::Internal, 0, static_cast<int64_t>(words[0]), 0, 0});
      } else {
        handler(words + 2, *this);
      }
    } catch (const std::bad_alloc&) {
      fail({ErrorCode::OutOfMemory, 0, 0, 0, 0});
    }
    words += static_cast<int64_t>(words[1]);
    completed.fetch_add(1, std::memory_order_release);
  }
}

}  // namespace flambeau
