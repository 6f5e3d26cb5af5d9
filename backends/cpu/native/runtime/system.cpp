// The operating system's side of memory.
#include <cstdio>
#include <cstdlib>

#include "runtime/memory.h"

#if defined(_WIN32)
#include <malloc.h>
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace flambeau {

#if defined(_WIN32)

char* systemAllocate(size_t bytes) { return static_cast<char*>(_aligned_malloc(bytes, 64)); }
void systemRelease(char* memory, size_t) { _aligned_free(memory); }
size_t systemMemory() {
  MEMORYSTATUSEX status;
  status.dwLength = sizeof(status);
  return GlobalMemoryStatusEx(&status) ? static_cast<size_t>(status.ullTotalPhys) : size_t{4} << 30;
}

#else

namespace {
// Mapped directly, so that what is released really leaves the process.
constexpr size_t mappedFrom = 1 << 20;
constexpr size_t hugePagesFrom = 4 << 20;
}  // namespace

char* systemAllocate(size_t bytes) {
  if (bytes < mappedFrom) return static_cast<char*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
#if defined(MADV_HUGEPAGE)
  if (bytes >= hugePagesFrom) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return static_cast<char*>(memory);
}

void systemRelease(char* memory, size_t bytes) {
  if (bytes < mappedFrom) {
    std::free(memory);
  } else {
    munmap(memory, bytes);
  }
}

size_t systemMemory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long size = sysconf(_SC_PAGESIZE);
  size_t total = pages > 0 && size > 0 ? static_cast<size_t>(pages) * static_cast<size_t>(size) : size_t{4} << 30;
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    if (std::FILE* file = std::fopen(path, "r")) {
      unsigned long long value = 0;
      if (std::fscanf(file, "%llu", &value) == 1 && value > 0 && value < total) total = static_cast<size_t>(value);
      std::fclose(file);
    }
  }
  return total;
}

#endif

}  // namespace flambeau
