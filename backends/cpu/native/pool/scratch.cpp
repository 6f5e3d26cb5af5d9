#include "pool/scratch.h"

#include <cstdint>
#include <new>

namespace flambeau {

namespace {

struct Slots {
  void* data[static_cast<int>(Scratch::count)] = {};
  size_t bytes[static_cast<int>(Scratch::count)] = {};
  ~Slots() {
    for (void* block : data) ::operator delete(block, std::align_val_t{64});
  }
};

thread_local Slots slots;

}  // namespace

void* scratch(Scratch slot, size_t bytes) {
  const int index = static_cast<int>(slot);
  if (slots.bytes[index] < bytes) {
    ::operator delete(slots.data[index], std::align_val_t{64});
    slots.data[index] = nullptr;
    slots.bytes[index] = 0;
    const size_t rounded = (bytes + 4095) / 4096 * 4096;
    slots.data[index] = ::operator new(rounded, std::align_val_t{64});
    slots.bytes[index] = rounded;
  }
  return slots.data[index];
}

}  // namespace flambeau
