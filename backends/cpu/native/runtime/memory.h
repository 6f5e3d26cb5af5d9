// A caching allocator. An id names a *block*: memory whose address never changes while it exists. Giving a block
// back and handing it out again keeps the id, so commands that are still to run and name the old owner stay valid:
// they run before those of the new owner. Blocks go back to the system only when no command is waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace flambeau {

struct MemoryStats {
  int64_t allocatedBytes = 0;
  int64_t peakAllocatedBytes = 0;
  int64_t reservedBytes = 0;
  int64_t liveBuffers = 0;
};

class Memory {
 public:
  explicit Memory(size_t limit);
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // `id` is 0 when the limit or the system leaves no room; the generation changes each time a block is handed out.
  struct Allocation {
    uint32_t id;
    uint32_t generation;
  };

  // JavaScript thread only, finalizers included.
  Allocation allocate(size_t bytes);
  // `serial`: the last command that may still use the block. Does nothing when this owner gave it back before.
  void release(uint32_t id, uint32_t generation, int64_t serial);
  uint32_t generation(uint32_t id) const { return block(id).generation; }
  // The last command that may use the block on behalf of earlier owners.
  int64_t busyUntil(uint32_t id) const { return block(id).busyUntil; }
  // Returns cached blocks to the system until at most `keep` bytes of them remain. Only when no command waits.
  void trim(size_t keep);
  // Bytes that are cached and could go back to the system.
  size_t cachedBytes() const { return cached; }
  const MemoryStats& stats() const { return counts; }

  // Any thread.
  void* pointer(uint32_t id) const { return block(id).data; }

  const size_t limit;

 private:
  struct Block {
    char* data = nullptr;
    size_t capacity = 0;
    size_t bytes = 0;
    int64_t busyUntil = 0;
    uint32_t generation = 0;
    uint32_t sizeClass = 0;
    bool live = false;
  };
  static constexpr uint32_t chunkBits = 12;
  static constexpr uint32_t chunkCount = 1u << 14;

  Block& block(uint32_t id) const { return chunks[id >> chunkBits][id & ((1u << chunkBits) - 1)]; }
  uint32_t newBlock(size_t capacity, uint32_t sizeClass);
  char* newMemory(size_t capacity);

  // A table that grows without moving, so that the background thread may read it meanwhile.
  std::unique_ptr<std::unique_ptr<Block[]>[]> chunks;
  uint32_t nextId = 1;
  std::vector<uint32_t> unusedIds;
  std::vector<std::vector<uint32_t>> freeBlocks;  // by size class
  std::vector<char*> arenas;                      // what small blocks are cut from
  size_t arenaLeft = 0;
  char* arenaNext = nullptr;
  size_t cached = 0;
  MemoryStats counts;
};

// Memory straight from the system, aligned to 64 bytes or better; null when there is none.
char* systemAllocate(size_t bytes);
void systemRelease(char* memory, size_t bytes);
// Bytes of memory the machine, or the container the process is in, has.
size_t systemMemory();

}  // namespace flambeau
