#include "runtime/memory.h"

#include <algorithm>

namespace flambeau {

namespace {

constexpr size_t smallest = 64;
constexpr size_t fourSteps = 256;    // from here on each doubling has four steps: a block wastes a fifth at most
constexpr size_t largestSmall = 16384;  // up to here blocks are cut from arenas
constexpr size_t arenaBytes = 1 << 20;
constexpr uint32_t classCount = 2 + 4 * 48;

struct SizeClass {
  uint32_t index;
  size_t capacity;
};

SizeClass classOf(size_t bytes) {
  if (bytes <= smallest) return {0, smallest};
  if (bytes <= 2 * smallest) return {1, 2 * smallest};
  if (bytes <= fourSteps) return {2, fourSteps};
  const int top = 63 - __builtin_clzll(static_cast<unsigned long long>(bytes - 1));  // 2^top <= bytes - 1
  const size_t step = (size_t{1} << top) / 4;
  const size_t steps = (bytes - (size_t{1} << top) + step - 1) / step;  // 1..4
  return {static_cast<uint32_t>(2 + 4 * (top - 8) + static_cast<int>(steps)), (size_t{1} << top) + steps * step};
}

}  // namespace

Memory::Memory(size_t limit)
    : limit(limit), chunks(new std::unique_ptr<Block[]>[chunkCount]), freeBlocks(classCount) {}

Memory::~Memory() {
  for (uint32_t id = 1; id < nextId; ++id) {
    const Block& b = block(id);
    if (b.data != nullptr && b.capacity > largestSmall) systemRelease(b.data, b.capacity);
  }
  for (char* arena : arenas) systemRelease(arena, arenaBytes);
}

char* Memory::newMemory(size_t capacity) {
  const bool small = capacity <= largestSmall;
  if (small && arenaLeft >= capacity) {
    char* data = arenaNext;
    arenaNext += capacity;
    arenaLeft -= capacity;
    return data;
  }
  const size_t bytes = small ? arenaBytes : capacity;
  if (static_cast<size_t>(counts.reservedBytes) + bytes > limit) return nullptr;
  char* data = systemAllocate(bytes);
  if (data == nullptr) return nullptr;
  counts.reservedBytes += static_cast<int64_t>(bytes);
  if (small) {
    arenas.push_back(data);
    arenaNext = data + capacity;
    arenaLeft = arenaBytes - capacity;
  }
  return data;
}

uint32_t Memory::newBlock(size_t capacity, uint32_t sizeClass) {
  if (unusedIds.empty() && (nextId >> chunkBits) >= chunkCount) return 0;
  char* data = newMemory(capacity);
  if (data == nullptr) return 0;
  uint32_t id;
  if (unusedIds.empty()) {
    id = nextId++;
    auto& chunk = chunks[id >> chunkBits];
    if (!chunk) chunk.reset(new Block[size_t{1} << chunkBits]);
  } else {
    id = unusedIds.back();
    unusedIds.pop_back();
  }
  Block& b = block(id);
  b.data = data;
  b.capacity = capacity;
  b.sizeClass = sizeClass;
  b.busyUntil = 0;
  return id;
}

Memory::Allocation Memory::allocate(size_t bytes) {
  if (bytes > limit) return {0, 0};
  const SizeClass wanted = classOf(bytes);
  auto& list = freeBlocks[wanted.index];
  uint32_t id;
  if (list.empty()) {
    id = newBlock(wanted.capacity, wanted.index);
    if (id == 0) return {0, 0};
  } else {
    id = list.back();
    list.pop_back();
    if (wanted.capacity > largestSmall) cached -= wanted.capacity;
  }
  Block& b = block(id);
  b.bytes = bytes;
  b.live = true;
  ++b.generation;
  ++counts.liveBuffers;
  counts.allocatedBytes += static_cast<int64_t>(bytes);
  counts.peakAllocatedBytes = std::max(counts.peakAllocatedBytes, counts.allocatedBytes);
  return {id, b.generation};
}

void Memory::release(uint32_t id, uint32_t generation, int64_t serial) {
  Block& b = block(id);
  if (!b.live || b.generation != generation) return;
  b.live = false;
  b.busyUntil = std::max(b.busyUntil, serial);
  --counts.liveBuffers;
  counts.allocatedBytes -= static_cast<int64_t>(b.bytes);
  if (b.capacity > largestSmall) cached += b.capacity;
  freeBlocks[b.sizeClass].push_back(id);
}

void Memory::trim(size_t keep) {
  // The largest blocks first: fewest calls, and the least likely to fit the next request.
  for (uint32_t c = classCount; c-- > 0 && cached > keep;) {
    auto& list = freeBlocks[c];
    while (!list.empty() && cached > keep) {
      const uint32_t id = list.back();
      Block& b = block(id);
      if (b.capacity <= largestSmall) return;
      list.pop_back();
      systemRelease(b.data, b.capacity);
      cached -= b.capacity;
      counts.reservedBytes -= static_cast<int64_t>(b.capacity);
      b.data = nullptr;
      b.capacity = 0;
      unusedIds.push_back(id);
    }
  }
}

}  // namespace flambeau
