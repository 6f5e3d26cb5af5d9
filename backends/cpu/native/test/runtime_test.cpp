// Memory, the command loop and the background thread.
#include <atomic>
#include <cstring>
#include <map>
#include <vector>

#include "check.h"
#include "runtime/background.h"
#include "runtime/commands.h"
#include "runtime/runtime.h"

using namespace flambeau;
using check::between;
using check::expect;

namespace {

int64_t cases = 0;

std::vector<double> copyOne(uint32_t from, int64_t fromByte, uint32_t to, int64_t toByte, int64_t bytes) {
  return {static_cast<double>(Opcode::Copy), 7, static_cast<double>(from), static_cast<double>(fromByte),
          static_cast<double>(to), static_cast<double>(toByte), static_cast<double>(bytes)};
}

// Blocks never overlap, are aligned, keep their content while live, and waste a quarter at most.
void testMemory() {
  Memory memory(size_t{256} << 20);
  struct Live {
    Memory::Allocation allocation;
    size_t bytes;
    char fill;
  };
  std::vector<Live> live;
  for (int i = 0; i < 20000; ++i, ++cases) {
    if (live.size() > 200 || (!live.empty() && between(0, 2) == 0)) {
      const auto at = static_cast<size_t>(between(0, static_cast<int64_t>(live.size()) - 1));
      const Live gone = live[at];
      const char* data = static_cast<char*>(memory.pointer(gone.allocation.id));
      expect(gone.bytes == 0 || (data[0] == gone.fill && data[gone.bytes - 1] == gone.fill), "block %u was overwritten\n",
             gone.allocation.id);
      memory.release(gone.allocation.id, gone.allocation.generation, i);
      memory.release(gone.allocation.id, gone.allocation.generation, i);
      live[at] = live.back();
      live.pop_back();
    } else {
      const auto bytes = static_cast<size_t>(between(0, int64_t{1} << between(0, 20)));
      const Memory::Allocation allocation = memory.allocate(bytes);
      expect(allocation.id != 0, "no room for %zu bytes\n", bytes);
      char* data = static_cast<char*>(memory.pointer(allocation.id));
      expect(reinterpret_cast<uintptr_t>(data) % 64 == 0, "%zu bytes are not aligned\n", bytes);
      live.push_back({allocation, bytes, static_cast<char>(i)});
      std::memset(data, static_cast<char>(i), bytes);
    }
    if (i % 5000 == 0) memory.trim(0);
    expect(memory.stats().liveBuffers == static_cast<int64_t>(live.size()), "%lld live buffers\n",
           static_cast<long long>(memory.stats().liveBuffers));
  }
  for (const Live& one : live) memory.release(one.allocation.id, one.allocation.generation, 0);
  memory.trim(0);
  expect(memory.cachedBytes() == 0 && memory.stats().allocatedBytes == 0, "bytes are left after everything was freed\n");
}

void testLimit() {
  Memory memory(10 << 20);
  const auto first = memory.allocate(6 << 20);
  expect(first.id != 0, "the first block was refused\n");
  expect(memory.allocate(6 << 20).id == 0, "the limit was passed\n");
  memory.release(first.id, first.generation, 7);
  expect(memory.allocate(5 << 20).id == 0, "the limit was passed by a block of another size\n");
  memory.trim(0);
  const auto second = memory.allocate(5 << 20);
  expect(second.id != 0, "memory that was trimmed is not available\n");
  memory.release(second.id, second.generation, 9);
  const auto third = memory.allocate(5 << 20);
  expect(third.id == second.id && third.generation != second.generation, "a freed block was not used again\n");
  expect(memory.busyUntil(third.id) == 9, "earlier use was forgotten\n");
  cases += 6;
}

void testErrors() {
  Runtime runtime(1 << 20);
  runtime.fail({ErrorCode::IndexOutOfRange, 1, 2, 3, 4});
  runtime.fail({ErrorCode::IndexOutOfRange, 5, 6, 7, 8});
  const auto error = runtime.takeError();
  expect(error && error->op == 1 && error->value == 2 && error->size == 3 && error->dimension == 4, "not the first error\n");
  expect(!runtime.takeError(), "an error was reported twice\n");
  const double unknown[] = {15, 2};
  runtime.run(unknown, 2);
  expect(runtime.takeError()->code == ErrorCode::Internal, "an unknown opcode went unnoticed\n");
  expect(runtime.completed.load() == 1, "commands were miscounted\n");
  cases += 4;
}

// Jobs run in order, and each read sees exactly what came before it.
void testBackground() {
  Runtime runtime(64 << 20);
  const auto bytes = runtime.memory.allocate(256), cell = runtime.memory.allocate(1);
  auto* values = static_cast<unsigned char*>(runtime.memory.pointer(bytes.id));
  for (int i = 0; i < 256; ++i) values[i] = static_cast<unsigned char>(i);
  std::atomic<uint32_t> last{0};
  std::atomic<bool> ordered{true};
  std::vector<char> read(2000);
  {
    Background background(runtime, [&](Completion completion) {
      if (completion.ticket != last.load() + 1) ordered.store(false);
      last.store(completion.ticket);
    });
    for (int i = 0; i < 2000; ++i) {
      Job job;
      job.words = copyOne(bytes.id, i % 256, cell.id, 0, 1);
      job.ticket = static_cast<uint32_t>(i + 1);
      job.from = cell.id;
      job.bytes = 1;
      job.to = &read[static_cast<size_t>(i)];
      background.submit(std::move(job));
      if (i % 500 == 0) background.wait();
    }
    background.wait();
    expect(last.load() == 2000 && ordered.load(), "completions came out of order\n");
    expect(runtime.completed.load() == 4000, "copies and reads were miscounted\n");
  }
  for (int i = 0; i < 2000; ++i, ++cases) {
    expect(static_cast<unsigned char>(read[static_cast<size_t>(i)]) == i % 256, "read %d saw another value\n", i);
  }
}

// Stopping drops what waits and does not hang.
void testStop() {
  for (int i = 0; i < 50; ++i, ++cases) {
    Runtime runtime(64 << 20);
    const auto block = runtime.memory.allocate(1 << 20);
    Background background(runtime, [](Completion) {});
    for (int j = 0; j < 20; ++j) {
      Job job;
      job.words = copyOne(block.id, 0, block.id, 1 << 19, 1 << 19);
      background.submit(std::move(job));
    }
    background.stop();
    background.submit(Job());
    background.wait();
  }
}

}  // namespace

int main() {
  testMemory();
  testLimit();
  testErrors();
  testBackground();
  testStop();
  return check::finish("runtime", cases);
}
